//! `ConfigMap`.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::CONFIG_MAP;

view! {
    /// One ConfigMap.
    ConfigMap: CONFIG_MAP
}

impl<'s> ConfigMap<'s> {
    /// The value of one key of `data`.
    pub fn data(self, key: &str) -> Option<Cow<'s, str>> {
        self.0.at(&["data", key]).and_then(Value::text)
    }
}
