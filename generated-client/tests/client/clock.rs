//! Tokio's clock, which only the test moves.

use std::pin::pin;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, advance, pause, resume};

/// A paused clock. By itself, tokio moves a paused clock whenever all tasks wait, so also while they
/// wait for a socket. A blocking task keeps it from doing so. The clock goes on when this is dropped.
pub(crate) struct Clock {
    /// How far it moves at a time while [`run`](Self::run) waits.
    step: Duration,
    _end: Sender<()>,
}

impl Clock {
    #[allow(dead_code, reason = "some tests take longer steps")]
    pub(crate) fn pause() -> Self {
        Self::with_step(Duration::from_millis(100))
    }

    pub(crate) fn with_step(step: Duration) -> Self {
        let (end, ended) = channel::<()>();
        spawn_blocking(move || ended.recv());
        pause();
        Self { step, _end: end }
    }

    /// Moves the clock until `future` is done; gives its output and the time that has passed.
    pub(crate) async fn run<F: Future>(&self, future: F) -> (F::Output, Duration) {
        let start = Instant::now();
        let mut future = pin!(future);
        loop {
            tokio::select! {
                biased;
                output = &mut future => return (output, start.elapsed()),
                () = self.pass(self.step) => {}
            }
        }
    }

    /// Moves the clock by `time`, once all tasks have read what has arrived.
    pub(crate) async fn pass(&self, time: Duration) {
        spawn_blocking(|| thread::sleep(Duration::from_millis(1))).await.unwrap();
        advance(time).await;
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // A test that fails must not panic once more.
        if !thread::panicking() {
            resume();
        }
    }
}
