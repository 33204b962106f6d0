//! The task `cargo xtask generate bench-data`.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use mustknow_testkit::bench_data::{ByteSize, default_folder, make};

/// Less would not hold the cluster of the fixtures.
const LEAST: ByteSize = ByteSize(2 << 20);

/// Makes the data of that size in `out`, or else below the target folder, and describes it.
pub(crate) fn keep(size: ByteSize, seed: u64, out: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    if size < LEAST {
        return Err(format!("the smallest size is {LEAST}").into());
    }
    let folder = out.unwrap_or_else(|| default_folder(size));
    let start = Instant::now();
    let made = make(size, seed, &folder)?;
    eprintln!("{}\n{}", made.archive.display(), made.summary);
    eprintln!("took {:.1} s", start.elapsed().as_secs_f32());
    Ok(())
}

#[cfg(test)]
mod tests {
    use mustknow_archive::Limits;
    use mustknow_rules::engine::run;
    use mustknow_rules::{Severity, catalog};
    use tempfile::tempdir;

    use super::*;

    #[test]
    fn the_cluster_is_healthy() {
        let dir = tempdir().unwrap();
        let made = make(ByteSize(8 << 20), 1, dir.path()).unwrap();
        let rules = catalog::all();
        let interest = run::interest(rules);
        let archive =
            mustknow_cluster::open(&made.archive, &interest, Limits::default(), &|_| {}).unwrap();
        let [snapshot] = archive.snapshots.as_slice() else { panic!("one cluster") };
        assert!(snapshot.damage().is_empty(), "{:?}", snapshot.damage());
        let judgement = run::judge(snapshot, rules);
        let worse =
            judgement.findings().find(|(_, finding)| finding.severity > Some(Severity::Info));
        assert!(worse.is_none(), "{worse:?}");
    }
}
