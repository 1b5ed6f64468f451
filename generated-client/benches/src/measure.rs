//! Measures several implementations of the same work in turns.

use std::time::Duration;

#[cfg(target_os = "linux")]
use anyhow::Context as _;
#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// An implementation of the work that is measured.
pub struct Way<'a> {
    /// The name in the table.
    pub name: &'static str,
    run: Box<dyn FnMut() -> anyhow::Result<()> + 'a>,
}

impl<'a> Way<'a> {
    /// Creates an implementation with the given name. `run` does the work once.
    pub fn new(name: &'static str, run: impl FnMut() -> anyhow::Result<()> + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// Returns the median processor time in seconds that this thread spends on each implementation, over the given number
/// of turns. Each turn runs every implementation once.
///
/// Processor time excludes the time that other programs use.
///
/// # Errors
///
/// Returns the first error from an implementation.
pub fn in_turns(turns: usize, ways: &mut [Way<'_>]) -> anyhow::Result<Vec<f64>> {
    let mut times = vec![Vec::with_capacity(turns); ways.len()];
    // The first turn only warms up caches and connections.
    for turn in 0..=turns {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = thread_time();
            (way.run)()?;
            if turn > 0 {
                times.push(thread_time().saturating_sub(start).as_secs_f64());
            }
        }
    }
    Ok(times.into_iter().map(median).collect())
}

/// Runs `work`, and the servers that it starts, on one processor. With two processors, waking the other process would
/// take longer than a call, and the operating system would assign the processors differently in each run.
///
/// On systems other than Linux, runs `work` without this restriction.
///
/// # Errors
///
/// Returns the error of `work`, or an error if the processor cannot be set.
pub fn on_one_processor<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    #[cfg(target_os = "linux")]
    let all = {
        let all = sched_getaffinity(None).context("cannot read the processors of this thread")?;
        let mut one = CpuSet::new();
        let first = (0..CpuSet::MAX_CPU).find(|processor| all.is_set(*processor));
        one.set(first.context("this thread has no processor")?);
        sched_setaffinity(None, &one).context("cannot select one processor")?;
        all
    };
    let done = work();
    #[cfg(target_os = "linux")]
    sched_setaffinity(None, &all).context("cannot select all processors again")?;
    done
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // The seconds and the nanoseconds are never negative.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Returns the median, or NaN if there are no numbers. For an even count, returns the greater of the two middle
/// numbers.
#[must_use]
pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_number_or_nan_without_numbers() {
        assert!((median([9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median([]).is_nan());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_runs_on_one_processor_and_other_code_on_all() {
        let count = || sched_getaffinity(None).unwrap().count();
        let before = count();
        assert_eq!(on_one_processor(|| Ok(count())).unwrap(), 1);
        let failed: anyhow::Result<()> = on_one_processor(|| anyhow::bail!("failed"));
        assert_eq!(failed.unwrap_err().to_string(), "failed");
        assert_eq!(count(), before);
    }

    #[test]
    fn implementations_take_turns() {
        let order = std::cell::RefCell::new(String::new());
        let way = |name: &'static str| {
            let order = &order;
            Way::new(name, move || {
                order.borrow_mut().push_str(name);
                Ok(())
            })
        };
        let times = in_turns(2, &mut [way("a"), way("b")]).unwrap();
        assert_eq!((times.len(), order.borrow().as_str()), (2, "ababab"));
    }
}
