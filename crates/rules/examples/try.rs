#![allow(clippy::all, clippy::pedantic, clippy::print_stdout, clippy::unwrap_used, unused)]
use mustknow_rules::*;
fn main() {
    for arg in std::env::args().skip(1) {
        println!("######## {arg}");
        let a = mustknow_gather::open(
            std::path::Path::new(&arg),
            &engine::wanted(catalog::all()),
            2,
            &|_| {},
        )
        .unwrap();
        for s in &a.snapshots {
            println!("clock {:?}", s.clock());
            let j = engine::judge(s, catalog::all());
            for o in &j.outcomes {
                match &o.verdict {
                    Verdict::Found(fs) => {
                        for f in fs {
                            println!(
                                "[{}] {} {:?} :: {}\n     subject {} since {:?}\n     why {}",
                                o.rule.meta.id,
                                f.severity.unwrap(),
                                f.certainty,
                                f.summary,
                                f.subject,
                                f.since.map(|t| t.to_string()),
                                f.why
                            );
                            for e in &f.evidence {
                                match e {
                                    Evidence::Seen { place, note, .. } => {
                                        println!("     ev {} : {}", place.path(), note)
                                    }
                                    _ => println!("     missing"),
                                }
                            }
                        }
                    }
                    Verdict::Unknown(g) => {
                        println!("[{}] UNKNOWN {} {}", o.rule.meta.id, g.kind, g.what)
                    }
                    Verdict::Healthy { examined } => {
                        if std::env::var("V").is_ok() {
                            println!("[{}] healthy {examined}", o.rule.meta.id)
                        }
                    }
                    Verdict::NotApplicable(w) => {
                        if std::env::var("V").is_ok() {
                            println!("[{}] n/a {w}", o.rule.meta.id)
                        }
                    }
                }
            }
            let fs: Vec<_> = j.findings().collect();
            for e in &j.explanations {
                println!(
                    "  {} / {} -> {} / {} ({})",
                    fs[e.cause].1.rule,
                    fs[e.cause].1.subject,
                    fs[e.effect].1.rule,
                    fs[e.effect].1.subject,
                    e.because
                );
            }
        }
    }
}
