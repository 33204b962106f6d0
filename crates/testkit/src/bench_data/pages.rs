//! What is neither an object nor a log: the page of events and what Prometheus says of itself.

use std::fmt::Write as _;

use super::{
    dice::Dice,
    text::{NOUNS, sentence},
};

/// The page of events, of about so many bytes.
pub(super) fn event_page(bytes: u64, dice: &mut Dice) -> Vec<u8> {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>Events</title></head>\n<body>\n<table id=\"events\">\n<tbody>\n",
    );
    while (page.len() as u64) < bytes {
        let _ = writeln!(
            page,
            "<tr><td class=\"align-middle\"><small>2024-10-28T{:02}:{:02}:{:02}Z</small></td><td class=\"align-middle text-nowrap\"><p data-toggle=\"tooltip\" title=\"{}\">{}-{}</p></td><td>{}-{}-{}</td><td>Normal</td><td>Created</td><td data-formatter=\"messageFormatter\">{}</td><td>{}</td></tr>",
            dice.roll(10),
            dice.roll(60),
            dice.roll(60),
            dice.uuid(),
            dice.word(&NOUNS),
            dice.word(&NOUNS),
            dice.word(&NOUNS),
            dice.hex(10),
            dice.letters(5),
            sentence(dice, 9),
            dice.hex(16),
        );
    }
    page.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    page.into_bytes()
}

/// The rules of Prometheus, none of which fires, of about so many bytes.
pub(super) fn rules(bytes: u64, dice: &mut Dice) -> Vec<u8> {
    let mut page = String::from("{\"status\":\"success\",\"data\":{\"groups\":[");
    let mut is_first = true;
    while (page.len() as u64) < bytes || is_first {
        let comma = if is_first { "" } else { "," };
        is_first = false;
        let (noun, other, mark) = (dice.word(&NOUNS), dice.word(&NOUNS), dice.hex(6));
        let _ = write!(
            page,
            "{comma}{{\"name\":\"{noun}-{mark}\",\"file\":\"/etc/prometheus/rules/{mark}/{}.yaml\",\"rules\":[{{\"state\":\"inactive\",\"name\":\"Alert{mark}\",\"query\":\"sum(rate({noun}_{other}_total[5m])) > {}\",\"duration\":900,\"labels\":{{\"severity\":\"warning\"}},\"annotations\":{{\"summary\":\"{}\"}},\"alerts\":[],\"health\":\"ok\",\"evaluationTime\":0.000{},\"lastEvaluation\":\"2024-10-28T10:19:{:02}.{}Z\",\"type\":\"alerting\"}}],\"interval\":30}}",
            dice.uuid(),
            dice.roll(1000),
            sentence(dice, 12),
            dice.roll(999_999),
            dice.roll(60),
            dice.roll(999_999_999),
        );
    }
    page.push_str("]}}");
    page.into_bytes()
}

/// The targets of Prometheus, of about so many bytes.
pub(super) fn targets(bytes: u64, dice: &mut Dice) -> Vec<u8> {
    let mut page = String::from("{\"status\":\"success\",\"data\":{\"activeTargets\":[");
    let mut is_first = true;
    while (page.len() as u64) < bytes || is_first {
        let comma = if is_first { "" } else { "," };
        is_first = false;
        let (noun, hash, tail) = (dice.word(&NOUNS), dice.hex(10), dice.letters(5));
        let (third, fourth) = (dice.roll(12), dice.roll(250));
        let _ = write!(
            page,
            "{comma}{{\"discoveredLabels\":{{\"__address__\":\"10.128.{third}.{fourth}:8443\",\"__meta_kubernetes_pod_name\":\"{noun}-{hash}-{tail}\",\"__meta_kubernetes_pod_uid\":\"{}\",\"__metrics_path__\":\"/metrics\"}},\"labels\":{{\"container\":\"{noun}\",\"endpoint\":\"https\",\"instance\":\"10.128.{third}.{fourth}:8443\",\"pod\":\"{noun}-{hash}-{tail}\"}},\"scrapeUrl\":\"https://10.128.{third}.{fourth}:8443/metrics\",\"lastError\":\"\",\"lastScrapeDuration\":0.0{},\"health\":\"up\"}}",
            dice.uuid(),
            dice.roll(99_999_999),
        );
    }
    page.push_str("]}}");
    page.into_bytes()
}
