//! Tokio's clock, paused and advanced only by the test.

use std::pin::pin;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::task::{spawn_blocking, yield_now};
use tokio::time::{Instant, advance, pause, resume};

/// A paused clock that resumes when dropped. Tokio advances a paused clock whenever all tasks wait, even if they wait
/// for a socket. To prevent this, a blocking task runs until the drop.
pub(crate) struct Clock {
    /// The step by which [`run`](Self::run) advances the clock.
    step: Duration,
    _end: Sender<()>,
}

impl Clock {
    #[allow(dead_code, reason = "some test programs use only `with_step`")]
    pub(crate) fn pause() -> Self {
        Self::with_step(Duration::from_millis(100))
    }

    pub(crate) fn with_step(step: Duration) -> Self {
        let (end, ended) = channel::<()>();
        spawn_blocking(move || ended.recv());
        pause();
        Self { step, _end: end }
    }

    /// Advances the clock until `future` completes. Returns its output and the elapsed time.
    pub(crate) async fn run<F: Future>(&self, future: F) -> (F::Output, Duration) {
        self.run_in_steps(self.step, future).await
    }

    /// Runs a call that should not wait. The clock advances in steps of only 1 ms, so a test of a call that does wait
    /// still ends instead of hanging.
    #[allow(dead_code, reason = "only some test programs have such calls")]
    pub(crate) async fn run_at_once<F: Future>(&self, future: F) -> F::Output {
        self.run_in_steps(Duration::from_millis(1), future).await.0
    }

    async fn run_in_steps<F: Future>(&self, step: Duration, future: F) -> (F::Output, Duration) {
        let start = Instant::now();
        let mut future = pin!(future);
        loop {
            tokio::select! {
                biased;
                output = &mut future => return (output, start.elapsed()),
                () = self.pass(step) => {}
            }
        }
    }

    /// Gives the other tasks 1 ms of real time to read data that has arrived, then advances the clock by `time`. On a
    /// busy machine, this millisecond can pass before the other tasks run, so this method also yields 50 times. That is
    /// enough for a request to a server on the same runtime, and for the response.
    pub(crate) async fn pass(&self, time: Duration) {
        spawn_blocking(|| thread::sleep(Duration::from_millis(1))).await.unwrap();
        for _ in 0..50 {
            yield_now().await;
        }
        advance(time).await;
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // `resume` can panic, and a second panic would abort a test that is already failing.
        if !thread::panicking() {
            resume();
        }
    }
}
