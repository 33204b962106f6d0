//! How many archives are read at a time, and with how many threads and how much memory each.

use std::thread;

/// The least memory that an archive is read with, in bytes.
const LEAST_MEMORY: usize = 128 << 20;

/// The number of threads that `--jobs` asks for; without it, one for each core.
pub(crate) fn threads(jobs: Option<u16>) -> usize {
    match jobs {
        Some(jobs) => usize::from(jobs),
        None => thread::available_parallelism().map_or(1, usize::from),
    }
}

/// How threads and memory are shared between the archives of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parallelism {
    threads: usize,
    pub(super) at_once: usize,
    pub(super) memory_each: usize,
}

impl Parallelism {
    pub(super) fn new(threads: usize, memory: usize, inputs: usize) -> Self {
        let at_once = threads.min(memory / LEAST_MEMORY).min(inputs).max(1);
        Self { threads, at_once, memory_each: memory / at_once }
    }

    /// The number of threads for the next of `waiting` archives.
    ///
    /// When there are fewer archives than threads, the remaining threads help to read each archive.
    pub(super) fn threads_each(self, waiting: usize) -> usize {
        (self.threads / self.at_once.min(waiting.max(1))).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: usize = 1 << 30;

    #[test]
    fn one_archive_gets_every_thread() {
        let one = Parallelism::new(8, GIB, 1);
        assert_eq!((one.at_once, one.threads_each(1), one.memory_each), (1, 8, GIB));
    }

    #[test]
    fn of_many_archives_each_gets_one_thread_and_its_share_of_memory() {
        let many = Parallelism::new(4, GIB, 100);
        assert_eq!(many.at_once, 4);
        assert_eq!((many.threads_each(100), many.memory_each), (1, GIB / 4));
    }

    #[test]
    fn the_last_archives_share_the_remaining_threads() {
        assert_eq!(Parallelism::new(8, GIB, 3).threads_each(3), 2);
        assert_eq!(Parallelism::new(2, GIB, 3).threads_each(1), 2);
    }

    #[test]
    fn little_memory_means_fewer_archives_at_a_time() {
        let little = Parallelism::new(8, 256 << 20, 100);
        assert_eq!((little.at_once, little.memory_each), (2, 128 << 20));
        let least = Parallelism { threads: 8, at_once: 1, memory_each: 1 };
        assert_eq!(Parallelism::new(8, 1, 100), least);
    }
}
