//! `mustknow why`: finds an object in the inputs and writes what it depends on.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::interest::Interest;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::{kind_names, kinds};
use mustknow_report::model::{WhyReport, WhyState};
use mustknow_report::{SafeText, why};
use mustknow_rules::catalog;
use mustknow_rules::engine::run;

use crate::args::WhyArgs;
use crate::commands::one_by_one::OneByOne;
use crate::exit_code::{CLEAN, FAILED, FOUND};
use crate::flags::WhyFormat;
use crate::inputs;
use crate::messages;
use crate::page_style::page_style;
use crate::progress;
use crate::suggest::nearest;

pub(crate) fn run(args: &WhyArgs) -> io::Result<u8> {
    let asked: Vec<&Kind> = kind_names::named(&args.object.kind).collect();
    if asked.is_empty() {
        messages::error(&no_kind(&args.object.kind));
        return Ok(FAILED);
    }
    let Some(OneByOne { inputs, limits, pool, total }) =
        OneByOne::begin(&args.paths, args.jobs, &args.limits)?
    else {
        return Ok(FAILED);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let interest = interest();
    let (mut code, mut answers, mut not_found) = (CLEAN, 0, Vec::new());
    for paths in &inputs.each {
        let shown = inputs::shown(paths);
        let progress = total.begin(&shown, inputs::size(paths));
        let archive = match inputs::open(paths, &interest, limits, &progress) {
            Ok(archive) => archive,
            Err(failed) => {
                progress::clear();
                messages::input_failed(&failed);
                code = FAILED;
                continue;
            }
        };
        for snapshot in &archive.snapshots {
            let object = match find(args, &asked, snapshot) {
                Ok(object) => object,
                Err(reason) => {
                    not_found.push(format!("{shown}: {reason}"));
                    continue;
                }
            };
            let judged = || run::judge_until(archive.deadline, snapshot, catalog::all());
            let judgement = pool.install(judged);
            let answer = mustknow_report::build_why(&shown, snapshot, &judgement, object);
            progress::clear();
            if answers > 0 && args.output == WhyFormat::Text {
                writeln!(out)?;
            }
            answers += 1;
            write(args, &answer, &mut out)?;
            code = code.max(if is_clean(&answer) { CLEAN } else { FOUND });
        }
        out.flush()?;
    }
    progress::clear();
    for failed in &inputs.failed {
        messages::input_failed(failed);
        code = FAILED;
    }
    if answers == 0 {
        for reason in &not_found {
            messages::error(reason);
        }
        code = FAILED;
    }
    Ok(code)
}

/// Everything that the rules read, and every kind that an object may depend on.
fn interest() -> Interest {
    let mut interest = run::interest(catalog::all());
    interest.kinds.extend(kinds::ALL);
    interest
}

fn write(args: &WhyArgs, answer: &WhyReport, out: &mut dyn Write) -> io::Result<()> {
    match args.output {
        WhyFormat::Json => why::json(answer, out),
        WhyFormat::Text => why::text(answer, page_style(args.color, args.plain, args.verbose), out),
    }
}

fn is_clean(answer: &WhyReport) -> bool {
    answer.causes.is_empty() && !matches!(answer.object.state, WhyState::Unwell)
}

/// The one object of that name, or why there is none.
fn find<'s>(
    args: &WhyArgs,
    asked: &[&'static Kind],
    snapshot: &'s Snapshot,
) -> Result<&'s Resource, String> {
    let is_within =
        |object: &&Resource| args.namespace.as_ref().is_none_or(|it| object.namespace() == it);
    let all = || asked.iter().flat_map(|kind| snapshot.of_kind(kind));
    let mut found = all().filter(is_within).filter(|object| object.name() == args.object.name);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => {
            let places = [first, second].into_iter().chain(found).map(place);
            let places: BTreeSet<_> = places.collect();
            let places: Vec<_> = places.into_iter().take(10).collect();
            Err(format!(
                "several objects have that name; choose one with -n or the group of the kind: {}",
                places.join(", ")
            ))
        }
        (None, _) => Err(no_object(args, asked, snapshot, all().filter(is_within))),
    }
}

fn place(object: &Resource) -> String {
    let kind = object.key().kind.qualified();
    let namespace = object.namespace();
    let place = if namespace.is_empty() { kind } else { format!("{kind} in {namespace}") };
    SafeText::name(&place).to_string()
}

fn no_object<'s>(
    args: &WhyArgs,
    asked: &[&'static Kind],
    snapshot: &Snapshot,
    others: impl Iterator<Item = &'s Resource>,
) -> String {
    let names: Vec<&str> = others.map(Resource::name).collect();
    let (kind, name) = (&args.object.kind, &args.object.name);
    if let Some(near) = nearest(name, names.iter().copied()) {
        return format!("no {kind} `{name}`; did you mean `{}`?", SafeText::name(near));
    }
    let namespace = args.namespace.as_deref().unwrap_or_default();
    let proofs = asked.iter().filter(|kind| kind.namespaced != namespace.is_empty());
    match proofs.map(|kind| snapshot.prove_whole(kind, namespace)).next() {
        Some(Err(missing)) => {
            format!("no {kind} `{name}` in the archive: {}", SafeText::text(&missing.why))
        }
        _ => format!("no {kind} `{name}`; the archive has {} of that kind", names.len()),
    }
}

fn no_kind(word: &str) -> String {
    let known = kinds::ALL.iter().flat_map(|kind| [kind.name, kind.plural]);
    match nearest(word, known) {
        Some(near) => format!("no such kind: `{word}`; did you mean `{near}`?"),
        None => format!("no such kind: `{word}`; write it as `oc get` accepts it: pod, deploy, co"),
    }
}
