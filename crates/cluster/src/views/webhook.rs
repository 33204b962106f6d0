//! Admission webhooks, validating and mutating.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::{MUTATING_WEBHOOK, VALIDATING_WEBHOOK};

view! {
    /// One ValidatingWebhookConfiguration or MutatingWebhookConfiguration.
    WebhookConfiguration: VALIDATING_WEBHOOK, MUTATING_WEBHOOK
}

/// One webhook of a configuration.
#[derive(Clone, Copy)]
pub struct Webhook<'s>(Value<'s>);

impl<'s> WebhookConfiguration<'s> {
    /// Its webhooks.
    pub fn webhooks(self) -> impl Iterator<Item = Webhook<'s>> {
        self.0.at(&["webhooks"]).into_iter().flat_map(Value::items).map(Webhook)
    }
}

impl<'s> Webhook<'s> {
    /// The name.
    pub fn name(self) -> Cow<'s, str> {
        self.0.text_at(&["name"]).unwrap_or_default()
    }

    /// Whether a failed call rejects the request. This is the default in v1.
    pub fn fails_closed(self) -> bool {
        self.0.text_at(&["failurePolicy"]).as_deref() != Some("Ignore")
    }

    /// Namespace and name of the Service it calls; None if it calls a URL.
    pub fn service(self) -> Option<(Cow<'s, str>, Cow<'s, str>)> {
        let service = self.0.at(&["clientConfig", "service"])?;
        Some((service.text_at(&["namespace"])?, service.text_at(&["name"])?))
    }

    /// Whether it is restricted to some namespaces or objects.
    pub fn is_selective(self) -> bool {
        ["namespaceSelector", "objectSelector"]
            .into_iter()
            .filter_map(|field| self.0.get(field))
            .flat_map(Value::entries)
            .any(|(_, terms)| !terms.is_empty())
    }

    /// The API groups of its rules; `*` for every group.
    pub fn groups(self) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .get("rules")
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|rule| rule.get("apiGroups"))
            .flat_map(Value::items)
            .map(|group| group.text().unwrap_or_default())
    }

    /// Its byte range in the file.
    pub fn span(self) -> Range<usize> {
        self.0.entry_span("name").unwrap_or_else(|| self.0.span())
    }
}
