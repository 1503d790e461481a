//! Scripts that hold data for the browser itself: import maps and speculation rules.
//!
//! 1. In an import map, a denied address becomes `null`, which the HTML Standard has for "resolves to nothing".
//! 2. In speculation rules, a denied address leaves its list. A rule about the page's links stays where it can reach none
//!    but those of one allowed origin: `{"href_matches": "/*"}`, alone or under `and`. Otherwise the browser could load any
//!    link that the page has before anybody clicked, so the rule goes.
//! 3. What is not valid JSON becomes `{}`; browsers ignore it too.
//!
//! What is not changed stays the same to the byte. Sources: HTML Standard, "import maps" and "speculative loading".

use super::Page;
use crate::DenyReason;
use crate::html::edit::Action;
use crate::wire::relation::Load;
use serde_json::Value;
use std::fmt::Write;

/// What a script is to the browser, where it holds data and not code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Data {
    ImportMap,
    SpeculationRules,
}

impl Data {
    /// By the `type` of the script.
    pub(super) fn from_type(kind: &str) -> Option<Self> {
        match kind.trim() {
            kind if kind.eq_ignore_ascii_case("importmap") => Some(Self::ImportMap),
            kind if kind.eq_ignore_ascii_case("speculationrules") => Some(Self::SpeculationRules),
            _ => None,
        }
    }
}

impl Page {
    /// The data without what is denied, in ASCII; nothing when it stays.
    pub(super) fn data(&mut self, data: Data, text: &str, at: usize) -> Option<String> {
        if text.trim().is_empty() {
            return None;
        }
        let Ok(mut value) = serde_json::from_str(text) else {
            self.report(at, "script", None, "", Action::Deny(DenyReason::Undeclared));
            return Some("{}".to_owned());
        };
        let is_changed = match data {
            Data::ImportMap => self.import_map(&mut value, at),
            Data::SpeculationRules => self.speculation_rules(&mut value, at),
        };
        is_changed.then(|| within_script(&value))
    }

    fn import_map(&mut self, map: &mut Value, at: usize) -> bool {
        let mut is_changed = map.get_mut("imports").is_some_and(|imports| self.imports(imports, at));
        for imports in
            map.get_mut("scopes").and_then(Value::as_object_mut).into_iter().flat_map(|scopes| scopes.values_mut())
        {
            is_changed |= self.imports(imports, at);
        }
        is_changed
    }

    fn imports(&mut self, imports: &mut Value, at: usize) -> bool {
        let mut is_changed = false;
        for address in imports.as_object_mut().into_iter().flat_map(|imports| imports.values_mut()) {
            if address.as_str().is_some_and(|text| self.is_denied(text, Load::Resource, at)) {
                *address = Value::Null;
                is_changed = true;
            }
        }
        is_changed
    }

    fn speculation_rules(&mut self, sets: &mut Value, at: usize) -> bool {
        let mut is_changed = false;
        // Every list is one of rules, whatever its name: browsers learn new ones.
        for rules in sets.as_object_mut().into_iter().flat_map(|sets| sets.values_mut()).filter_map(Value::as_array_mut)
        {
            let before = rules.len();
            rules.retain(|rule| !reaches_links(rule) || rule.get("where").is_some_and(|link| self.is_confined(link)));
            if rules.len() < before {
                self.report(at, "script", None, "", Action::Deny(DenyReason::Undeclared));
                is_changed = true;
            }
            for addresses in rules.iter_mut().filter_map(|rule| rule.get_mut("urls")).filter_map(Value::as_array_mut) {
                let before = addresses.len();
                addresses.retain(|url| !url.as_str().is_some_and(|text| self.is_denied(text, Load::Document, at)));
                is_changed |= addresses.len() < before;
            }
        }
        is_changed
    }

    /// Whether a condition on links can hold for allowed addresses alone.
    fn is_confined(&mut self, condition: &Value) -> bool {
        let list = |name| condition.get(name).and_then(Value::as_array);
        if let Some(all) = list("and") {
            return all.iter().any(|condition| self.is_confined(condition));
        }
        if let Some(any) = list("or") {
            return any.iter().all(|condition| self.is_confined(condition));
        }
        match condition.get("href_matches") {
            Some(Value::String(pattern)) => self.is_confined_pattern(pattern),
            Some(Value::Array(patterns)) => {
                patterns.iter().all(|pattern| pattern.as_str().is_some_and(|text| self.is_confined_pattern(text)))
            }
            _ => false,
        }
    }

    /// Whether a pattern names one origin, in letters that mean nothing else to a URL pattern, and that is allowed.
    fn is_confined_pattern(&mut self, pattern: &str) -> bool {
        let (scheme, rest) = pattern.split_once("://").unwrap_or_default();
        let (origin, path) = match scheme {
            "http" | "https" => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            // `*://` and `:any://` are any scheme, and would be judged as a path of ours.
            _ => ("", pattern),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let is_path =
            path.bytes().all(|byte| is_plain(byte) || matches!(byte, b'/' | b'_' | b'*' | b'?' | b'=' | b'&'));
        let is_rooted = path.starts_with('/') && !path.starts_with("//");
        origin.bytes().all(is_plain) && is_path && is_rooted && self.judge(pattern, Load::Document).is_none()
    }

    fn is_denied(&mut self, address: &str, load: Load, at: usize) -> bool {
        let denied = self.judge(address, load);
        if let Some(denied) = &denied {
            self.report_denied(at, "script", None, denied);
        }
        denied.is_some()
    }
}

/// Whether a rule is about the links of the page, and not about addresses that it lists.
fn reaches_links(rule: &Value) -> bool {
    rule.get("where").is_some() || rule.get("urls").is_none()
}

/// JSON that is safe in a script of any charset: nothing in it ends the script.
fn within_script(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() && c != '<' {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
