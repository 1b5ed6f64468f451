//! Connections that a request handler can reset.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{Accept, TlsAcceptor, server::TlsStream};

/// The connection of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection(Arc<AtomicBool>);

impl Connection {
    /// Resets the connection. No further bytes are sent.
    pub(crate) fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

/// A listener for connections that a request handler can reset.
pub(crate) struct Connections {
    pub(crate) listener: TcpListener,
    /// The TLS acceptor. `None` for plain TCP.
    pub(crate) tls: Option<TlsAcceptor>,
    /// The number of connections so far.
    pub(crate) count: Arc<AtomicUsize>,
}

impl Listener for Connections {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (tcp, address) = Listener::accept(&mut self.listener).await;
        self.count.fetch_add(1, Ordering::Relaxed);
        let transport = match &self.tls {
            // The handshake happens on the first read, so a slow handshake does not block other
            // connections.
            Some(tls) => Transport::Handshake(Box::new(tls.accept(tcp))),
            None => Transport::Plain(tcp),
        };
        (Stream { transport, connection: Connection::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Connections>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.io().connection.clone()
    }
}

/// The stream of a connection, plain or with TLS.
pub(crate) struct Stream {
    transport: Transport,
    connection: Connection,
}

enum Transport {
    Plain(TcpStream),
    Handshake(Box<Accept<TcpStream>>),
    Tls(Box<TlsStream<TcpStream>>),
    /// The handshake failed.
    Closed,
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl Stream {
    /// Completes the handshake and returns the transport. Fails after a reset or a failed
    /// handshake.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut dyn Duplex>>> {
        self.check()?;
        if let Transport::Handshake(handshake) = &mut self.transport {
            let outcome = ready!(Pin::new(handshake.as_mut()).poll(context));
            let (transport, failure) = match outcome {
                Ok(stream) => (Transport::Tls(Box::new(stream)), None),
                Err(error) => (Transport::Closed, Some(error)),
            };
            self.transport = transport;
            if let Some(error) = failure {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(match &mut self.transport {
            Transport::Plain(tcp) => Ok(Pin::new(tcp)),
            Transport::Tls(tls) => Ok(Pin::new(tls.as_mut())),
            Transport::Handshake(_) | Transport::Closed => {
                Err(io::ErrorKind::ConnectionAborted.into())
            }
        })
    }

    /// Fails after a reset. The failure also makes the operating system send a TCP RST to the peer.
    fn check(&self) -> io::Result<()> {
        self.connection.check().inspect_err(|_| {
            let tcp = match &self.transport {
                Transport::Plain(tcp) => tcp,
                Transport::Tls(tls) => tls.get_ref().0,
                Transport::Handshake(_) | Transport::Closed => return,
            };
            // Without this option, the peer receives an orderly close instead of a reset.
            _ = tcp.set_zero_linger();
        })
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(ready!(self.poll_open(context))?.poll_read(context, buffer))?;
        Poll::Ready(self.check())
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_shutdown(context)
    }
}
