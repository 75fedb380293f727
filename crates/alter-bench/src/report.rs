//! One line per figure: ours, the floor, the ratio.

use std::{hint::black_box, time::Duration};

use crate::cpu;

/// The line above the figures.
pub(crate) fn heading() -> String {
    format!("{:<44} {:>12} {:>12} {:>7}  {}", "CPU per operation", "ours", "floor", "ratio", "floor is")
}

/// Repeated measurements of one thing.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Adds one: CPU time `spent` on `operations`.
    pub(crate) fn add(&mut self, spent: Duration, operations: u64) {
        #[expect(clippy::cast_precision_loss, reason = "operation counts are far below 2^52")]
        self.0.push(spent.as_secs_f64() * 1e6 / operations as f64);
    }

    /// The median in microseconds.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Smallest and largest, in microseconds.
    fn spread(&self) -> (f64, f64) {
        self.0.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)))
    }
}

/// Prints what callers saw beside a figure: answers per second and how long one took.
pub(crate) fn service(name: &str, elapsed: Duration, mut waits: Vec<Duration>) {
    waits.sort_unstable();
    let at =
        |percent: usize| waits.get(waits.len() * percent / 100).copied().unwrap_or_default().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "operation counts are far below 2^52")]
    let rate = waits.len() as f64 / elapsed.as_secs_f64();
    println!("{name:<44} {rate:>9.0} /s, p50 {:.0} µs, p99 {:.0} µs", at(50) * 1e6, at(99) * 1e6);
}

/// Prints one figure.
pub(crate) fn figure(name: &str, ours: &Samples, floor: &Samples, floor_is: &str) {
    let (low, high) = ours.spread();
    println!(
        "{name:<44} {:>9.2} µs {:>9.2} µs {:>6.2}×  {floor_is}  (ours {low:.2}–{high:.2} µs)",
        ours.median(),
        floor.median(),
        ours.median() / floor.median(),
    );
}

/// Measures two pieces of work against each other, alternating: CPU per operation, and what one operation allocates.
pub(crate) fn compare<A, B>(
    name: &str,
    mut ours: impl FnMut() -> A,
    mut floor: impl FnMut() -> B,
    floor_is: &str,
) {
    const OPERATIONS: u64 = 20_000;
    const REPEATS: usize = 7;
    let (mut our_samples, mut floor_samples) = (Samples::default(), Samples::default());
    for _ in 0..REPEATS {
        our_samples.add(time(OPERATIONS, &mut ours), OPERATIONS);
        floor_samples.add(time(OPERATIONS, &mut floor), OPERATIONS);
    }
    figure(name, &our_samples, &floor_samples, floor_is);
    let allocations = |count: allocation_counter::AllocationInfo| {
        format!("{} ({} B)", count.count_total, count.bytes_total)
    };
    println!(
        "{:<44} {:>12} {:>12}",
        "  allocations",
        allocations(allocation_counter::measure(|| drop(black_box(ours())))),
        allocations(allocation_counter::measure(|| drop(black_box(floor())))),
    );
}

fn time<T>(operations: u64, work: &mut impl FnMut() -> T) -> Duration {
    let before = cpu::own();
    for _ in 0..operations {
        black_box(work());
    }
    cpu::own() - before
}

/// Prints what somebody else needs for the same, in microseconds.
pub(crate) fn beside(who: &str, theirs: f64, ours: &Samples) {
    println!("    {who:<40} {theirs:>9.0} µs, {:.0} times ours", theirs / ours.median());
}
