//! `mustknow why`: from an object down to what is wrong.

use serde_json::Value;

use crate::support::planted::PLANTED;
use crate::support::run::mustknow;
use crate::support::{HEALTHY, SEED, fixture};

fn why(object: &[&str], archive: &str) -> (i32, String, String) {
    let path = fixture(archive);
    let arguments = [&["why"], object, &[path.to_str().unwrap()]].concat();
    let run = mustknow(arguments);
    (run.code, run.stdout, run.stderr)
}

#[test]
fn an_operator_leads_to_the_cause() {
    let (code, text, _) = why(&["co/authentication"], SEED);
    assert_eq!(code, 1);
    for words in [
        "ClusterOperator/authentication: Available=False",
        "reports for Authentication/cluster",
        "Cause: critical: ConfigMap kube-system/bootstrap does not exist",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_healthy_object_says_what_was_checked() {
    let (code, text, errors) =
        why(&["deployment.apps/apiserver", "-n", "openshift-oauth-apiserver"], HEALTHY);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    assert!(text.contains("Nothing wrong with it and what it depends on: "), "{text}");
}

#[test]
fn json_has_the_same_tree() {
    let (code, json, _) = why(&["co/authentication", "-o", "json"], SEED);
    let answer: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, answer["schema"].as_str()), (1, Some("mustknow/why/v1")));
    assert_eq!(answer["object"]["state"], "unwell");
    assert_eq!(answer["causes"][0]["rule"], "apiservices/bootstrap-configmap-missing");
    let below = answer["object"]["depends_on"].as_array().unwrap();
    assert!(below.iter().all(|it| it["relation"] == "reports for"), "{json}");
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    for (object, words) in [
        (&["co/authentcation"][..], "no co `authentcation`; did you mean `authentication`?"),
        (&["clusteroperater/etcd"], "did you mean `clusteroperators`?"),
        (&["deploy/x", "-n", "shop"], "namespace shop was not collected"),
        (&["etcd"], "write KIND/NAME"),
    ] {
        let (code, text, errors) = why(object, SEED);
        assert_eq!((code, text.as_str()), (2, ""), "{object:?}");
        assert!(errors.contains(words), "{errors}");
    }
}

#[test]
fn a_secret_in_a_status_is_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("objects.yaml");
    for (words, secret) in PLANTED.iter().filter(|(words, _)| !words.contains(['\n', '\''])) {
        let message = format!("cannot start: {words}");
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-0\n  namespace: shop\nspec:\n  \
             nodeName: n1\nstatus:\n  phase: Failed\n  reason: Evicted\n  message: '{message}'\n"
        );
        std::fs::write(&path, pod).unwrap();
        for output in ["text", "json"] {
            let run = mustknow(["why", "pod/web-0", "-o", output, path.to_str().unwrap()]);
            assert!(run.stdout.contains("Evicted"), "{}{}", run.stdout, run.stderr);
            assert!(!run.stdout.contains(secret), "{words}\n{}", run.stdout);
        }
    }
}
