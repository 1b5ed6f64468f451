//! Alternates between several implementations of the same work.

use std::time::Duration;

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
