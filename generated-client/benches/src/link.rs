//! A slow link to a server: a proxy that limits bandwidth and adds latency.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, sleep, sleep_until};

/// The properties of a link.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Bits per second in each direction, for all connections together.
    pub bandwidth: u32,
    /// The round-trip time, excluding the transmission time, which depends on the bandwidth.
    pub round_trip: Duration,
}

/// A running link, which stops with its tokio runtime.
pub struct Link {
    url: String,
    down: Arc<Direction>,
}

/// One direction of the link, which all connections share.
struct Direction {
    bandwidth: u32,
    latency: Duration,
    /// The time at which the last accepted byte will have been sent.
    free: Mutex<Instant>,
    bytes: AtomicU64,
}

impl Link {
    /// Opens a link to the server at the given address.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is invalid or no port is free.
    pub async fn open(shape: Shape, server: &str) -> anyhow::Result<Self> {
        let server: SocketAddr = server.trim_start_matches("http://").parse()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (up, down) = (Direction::new(shape), Direction::new(shape));
        let direction = Arc::clone(&down);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (up, down) = (Arc::clone(&up), Arc::clone(&direction));
                tokio::spawn(async move {
                    // Simulates the TCP handshake, which takes a round trip.
                    sleep(shape.round_trip).await;
                    // A broken connection affects only its client.
                    let _ = connect(client, server, up, down).await;
                });
            }
        });
        Ok(Self { url, down })
    }

    /// Returns the URL of the link.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the number of bytes received from the server so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.down.bytes.load(Ordering::Relaxed)
    }
}

async fn connect(
    client: TcpStream,
    server: SocketAddr,
    up: Arc<Direction>,
    down: Arc<Direction>,
) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, down) =
        tokio::join!(up.carry(from_client, to_server), down.carry(from_server, to_client));
    up.and(down)
}

impl Direction {
    fn new(shape: Shape) -> Arc<Self> {
        Arc::new(Self {
            bandwidth: shape.bandwidth,
            latency: shape.round_trip / 2,
            free: Mutex::new(Instant::now()),
            bytes: AtomicU64::new(0),
        })
    }

    /// Forwards bytes from one end to the other until the sender closes the connection.
    async fn carry(&self, from: OwnedReadHalf, to: OwnedWriteHalf) -> io::Result<()> {
        let (sender, receiver) = mpsc::channel(64);
        let (taken, delivered) = tokio::join!(self.take(from, sender), deliver(to, receiver));
        taken.and(delivered)
    }

    /// Reads chunks at the speed of the link. Sends each chunk to `sender`, with the time at which the chunk arrives at
    /// the other end.
    async fn take(
        &self,
        mut from: OwnedReadHalf,
        sender: mpsc::Sender<(Instant, Vec<u8>)>,
    ) -> io::Result<()> {
        /// The maximum queueing time. With a shorter queue, timer delays would slow the link.
        const QUEUE: Duration = Duration::from_millis(5);
        const CHUNK: usize = 4096;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            if (&mut from).take(CHUNK as u64).read_buf(&mut chunk).await? == 0 {
                return Ok(());
            }
            let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
            self.bytes.fetch_add(length.into(), Ordering::Relaxed);
            let time = Duration::from_secs_f64(f64::from(length) * 8.0 / f64::from(self.bandwidth));
            let sent = {
                let mut free = self.free.lock().await;
                *free = (*free).max(Instant::now()) + time;
                *free
            };
            if sender.send((sent + self.latency, chunk)).await.is_err() {
                return Ok(());
            }
            sleep_until(sent.checked_sub(QUEUE).unwrap_or(sent)).await;
        }
    }
}

async fn deliver(
    mut to: OwnedWriteHalf,
    mut receiver: mpsc::Receiver<(Instant, Vec<u8>)>,
) -> io::Result<()> {
    while let Some((arrival, chunk)) = receiver.recv().await {
        sleep_until(arrival).await;
        to.write_all(&chunk).await?;
    }
    to.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Receives `bytes` bytes over each of `connections` connections of a link. Returns the time until the first byte
    /// arrives, the total time, and the number of bytes that the link received from the server.
    async fn through(shape: Shape, connections: usize, bytes: usize) -> (Duration, Duration, u64) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let mut request = [0];
                    connection.read_exact(&mut request).await.unwrap();
                    connection.write_all(&vec![0; bytes]).await.unwrap();
                });
            }
        });
        let link = Link::open(shape, &server).await.unwrap();
        let start = Instant::now();
        let address = link.url().trim_start_matches("http://").to_owned();
        let mut clients = Vec::new();
        for _ in 0..connections {
            let address = address.clone();
            clients.push(tokio::spawn(async move {
                let mut client = TcpStream::connect(address).await.unwrap();
                client.write_all(&[0]).await.unwrap();
                let mut first = [0];
                client.read_exact(&mut first).await.unwrap();
                let first = start.elapsed();
                let mut rest = Vec::new();
                client.read_to_end(&mut rest).await.unwrap();
                assert_eq!(rest.len() + 1, bytes);
                first
            }));
        }
        let mut first = Duration::MAX;
        for client in clients {
            first = first.min(client.await.unwrap());
        }
        (first, start.elapsed(), link.received())
    }

    #[tokio::test]
    async fn connections_share_the_bandwidth_and_each_has_the_full_latency() {
        // At 20 Mbit/s, a megabyte takes 400 ms. The handshake and the request take another 80 ms.
        let shape = Shape { bandwidth: 20_000_000, round_trip: Duration::from_millis(40) };
        for connections in [1, 4] {
            let (first, all, bytes) = through(shape, connections, 1_000_000 / connections).await;
            // The test checks no upper bounds, because a busy machine can be slower.
            assert!(first.as_millis() >= 80, "{first:?}");
            assert!(all.as_millis() >= 480, "{connections}: {all:?}");
            assert_eq!(bytes, 1_000_000);
        }
    }
}
