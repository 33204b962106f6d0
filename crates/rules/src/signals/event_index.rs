//! The events about an object, found without going through all events.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Event;

use crate::terms::context::RuleContext;
use crate::terms::positions::with_key;

/// Events by kind and name of their involved object, in their namespace and in all namespaces.
struct EventsByObject;

/// The events about the object of that kind and name, in whatever namespace the events are.
pub fn events_named<'s>(
    cx: &RuleContext<'s>,
    kind: &str,
    name: &str,
) -> impl Iterator<Item = Event<'s>> {
    found(cx, None, kind, name).filter(move |event| event.is_about(kind, name))
}

/// The events in one namespace about the object of that kind and name.
pub fn events_within<'s>(
    cx: &RuleContext<'s>,
    namespace: &str,
    kind: &str,
    name: &str,
) -> impl Iterator<Item = Event<'s>> {
    found(cx, Some(namespace), kind, name)
        .filter(move |it| it.resource().namespace() == namespace && it.is_about(kind, name))
}

/// The events with that key, and those of another key with the same hash.
fn found<'s>(
    cx: &RuleContext<'s>,
    namespace: Option<&str>,
    kind: &str,
    name: &str,
) -> impl Iterator<Item = Event<'s>> {
    with_key::<EventsByObject, Event<'s>, _, _>(cx, &(namespace, kind, name), |event| {
        let [kind, _, name] = event.about();
        let namespace = Some(event.resource().namespace());
        [(namespace, kind.clone(), name.clone()), (None, kind, name)]
    })
    .into_iter()
}
