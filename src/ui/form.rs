//! The form, read strictly: what it does not know, it refuses. The fields are listed in [`ui`](super).

use super::body::{json, url_encoded};
use super::form_error::{BODY_MAX, FormError, cut};
use super::local::is_local;
use crate::wire::media_type::essence;

/// What a visitor sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Sent {
    /// Everything, or what the banner was about.
    Accept(Vec<String>),
    Refuse(Vec<String>),
    Save {
        categories: Vec<String>,
        refuse: Vec<String>,
        allow: Vec<String>,
    },
    Provider(String),
}

/// A form that could be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Form {
    pub(super) sent: Sent,
    pub(super) revision: Option<u32>,
    pub(super) back: Option<String>,
    pub(super) is_banner: bool,
    pub(super) language: Option<String>,
    pub(super) is_json: bool,
}

impl Form {
    /// Reads a body. Whether categories and providers exist is not looked at here.
    pub(super) fn read(content_type: Option<&str>, body: &[u8]) -> Result<Self, FormError> {
        if body.len() > BODY_MAX {
            return Err(FormError::TooLong);
        }
        let essence = essence(content_type.unwrap_or_default().as_bytes());
        let is_json = essence.eq_ignore_ascii_case(b"application/json");
        let fields = match essence {
            _ if is_json => json(body)?,
            other if other.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") => url_encoded(body)?,
            _ => return Err(FormError::MediaType),
        };
        Fields::gather(fields)?.form(is_json)
    }
}

/// The values of each field.
#[derive(Default)]
struct Fields {
    action: Option<String>,
    provider: Option<String>,
    revision: Option<String>,
    back: Option<String>,
    place: Option<String>,
    language: Option<String>,
    about: Vec<String>,
    category: Vec<String>,
    refuse_provider: Vec<String>,
    allow_provider: Vec<String>,
}

impl Fields {
    fn gather(pairs: Vec<(String, String)>) -> Result<Self, FormError> {
        let mut fields = Self::default();
        for (name, value) in pairs {
            let once = match &*name {
                "action" => &mut fields.action,
                "provider" => &mut fields.provider,
                "revision" => &mut fields.revision,
                "back" => &mut fields.back,
                "place" => &mut fields.place,
                "language" => &mut fields.language,
                _ => match fields.list(&name) {
                    Some(list) if list.contains(&value) => return Err(FormError::Repeated(name)),
                    Some(list) => {
                        list.push(value);
                        continue;
                    }
                    None => return Err(FormError::UnknownField(cut(&name))),
                },
            };
            if once.replace(value).is_some() {
                return Err(FormError::Repeated(name));
            }
        }
        Ok(fields)
    }

    /// A field that may come several times.
    fn list(&mut self, name: &str) -> Option<&mut Vec<String>> {
        match name {
            "about" => Some(&mut self.about),
            "category" => Some(&mut self.category),
            "refuse_provider" => Some(&mut self.refuse_provider),
            "allow_provider" => Some(&mut self.allow_provider),
            _ => None,
        }
    }

    fn form(self, is_json: bool) -> Result<Form, FormError> {
        let Self { action, provider, revision, back, place, language, .. } = self;
        let Self { about, category, refuse_provider, allow_provider, .. } = self;
        let (is_saved, is_named) = (action.as_deref() == Some("save"), provider.is_some());
        for (name, list, belongs) in [
            ("about", &about, !is_saved && !is_named),
            ("category", &category, is_saved),
            ("refuse_provider", &refuse_provider, is_saved),
            ("allow_provider", &allow_provider, is_saved),
        ] {
            if !list.is_empty() && !belongs && (action.is_some() || is_named) {
                return Err(FormError::Misplaced(name));
            }
        }
        if let Some(id) = refuse_provider.iter().find(|id| allow_provider.contains(id)) {
            return Err(FormError::value("allow_provider", id));
        }
        let sent = match (action.as_deref(), provider) {
            (Some(_), Some(_)) => return Err(FormError::Misplaced("provider")),
            (None, None) => return Err(FormError::Missing("action")),
            (Some("save"), None) => Sent::Save { categories: category, refuse: refuse_provider, allow: allow_provider },
            (Some("accept"), None) => Sent::Accept(about),
            (Some("refuse"), None) => Sent::Refuse(about),
            (Some(other), None) => return Err(FormError::value("action", other)),
            (None, Some(provider)) => Sent::Provider(provider),
        };
        let number = |text: String| {
            let read = text.parse().ok().filter(|number: &u32| number.to_string() == text);
            read.ok_or_else(|| FormError::value("revision", &text))
        };
        let revision = revision.map(number).transpose()?;
        // An empty field is one that the page left empty.
        let back = back.filter(|back| !back.is_empty());
        if let Some(other) = back.as_deref().filter(|back| !is_local(back)) {
            return Err(FormError::value("back", other));
        }
        let is_banner = match place.as_deref() {
            Some("banner") => true,
            None | Some("settings") => false,
            Some(other) => return Err(FormError::value("place", other)),
        };
        Ok(Form { sent, revision, back, is_banner, language, is_json })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
    const JSON: Option<&str> = Some("application/json; charset=utf-8");

    fn saved(categories: &[&str], refuse: &[&str], allow: &[&str]) -> Sent {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Sent::Save { categories: owned(categories), refuse: owned(refuse), allow: owned(allow) }
    }

    #[test]
    fn what_a_page_sends_is_read_from_a_form_and_from_json_alike() {
        for (form, json, sent) in [
            ("action=accept", r#"{"action":"accept"}"#, Sent::Accept(vec![])),
            ("action=refuse&back=", r#"{"action":"refuse","category":[]}"#, Sent::Refuse(vec![])),
            (
                "action=accept&about=analytics&about=provider.lumen",
                r#"{"action":"accept","about":["analytics","provider.lumen"]}"#,
                Sent::Accept(vec!["analytics".to_owned(), "provider.lumen".to_owned()]),
            ),
            ("action=save", r#"{"action":"save"}"#, saved(&[], &[], &[])),
            (
                "action=save&category=analytics&category=live%2Dhelp&refuse_provider=lumen&allow_provider=cliptube",
                r#"{"action":"save","category":["analytics","live-help"],"refuse_provider":["lumen"],"allow_provider":["cliptube"]}"#,
                saved(&["analytics", "live-help"], &["lumen"], &["cliptube"]),
            ),
            ("provider=cliptube", r#"{"provider":"cliptube"}"#, Sent::Provider("cliptube".to_owned())),
        ] {
            assert_eq!(Form::read(FORM, form.as_bytes()).unwrap().sent, sent, "{form}");
            let read = Form::read(JSON, json.as_bytes()).unwrap();
            assert_eq!((read.sent, read.is_json), (sent, true), "{json}");
        }
        let form = Form::read(FORM, b"action=save&revision=4&back=%2Flessons%2F1%3Fa%3Db").unwrap();
        assert_eq!((form.revision, form.back.as_deref()), (Some(4), Some("/lessons/1?a=b")));
        assert_eq!(Form::read(JSON, br#"{"action":"save","revision":4}"#).unwrap().revision, Some(4));
    }

    #[test]
    fn s8_a_form_that_is_not_as_it_should_be_is_refused_and_names_the_field() {
        for (body, error) in [
            ("", r#"the field "action" is missing"#),
            ("category=analytics", r#"the field "action" is missing"#),
            ("action=", r#"the field "action" cannot be """#),
            ("action=Accept", r#"the field "action" cannot be "Accept""#),
            ("action=accept&action=accept", r#"the field "action" comes twice"#),
            ("action=refuse&action=accept", r#"the field "action" comes twice"#),
            ("action=save&category=a&category=a", r#"the field "category" comes twice"#),
            ("action=accept&category=a", r#"the field "category" has no meaning here"#),
            ("action=refuse&allow_provider=a", r#"the field "allow_provider" has no meaning here"#),
            ("action=save&provider=a", r#"the field "provider" has no meaning here"#),
            ("provider=a&provider=a", r#"the field "provider" comes twice"#),
            ("provider=a&refuse_provider=a", r#"the field "refuse_provider" has no meaning here"#),
            ("action=save&refuse_provider=a&allow_provider=a", r#"the field "allow_provider" cannot be "a""#),
            ("action=save&about=a", r#"the field "about" has no meaning here"#),
            ("action=save&colour=red", r#"there is no field "colour""#),
            ("action=save&Category=a", r#"there is no field "Category""#),
            ("action=save&revision=", r#"the field "revision" cannot be """#),
            ("action=save&revision=-1", r#"the field "revision" cannot be "-1""#),
            ("action=save&revision=%2B4", r#"the field "revision" cannot be "+4""#),
            ("action=save&revision=04", r#"the field "revision" cannot be "04""#),
            ("action=save&revision=4294967296", r#"the field "revision" cannot be "4294967296""#),
            ("action=save%00", r#"the field "action" cannot be "save\0""#),
            ("action=save&%00=", r#"there is no field "\0""#),
            ("action%3Dsave", r#"there is no field "action=save""#),
            ("action=save&=", r#"there is no field """#),
            ("action=save&category[]=a", r#"there is no field "category[]""#),
            ("action=save;category=a", r#"the field "action" cannot be "save;category=a""#),
            ("action=save&category=a&%63ategory=%61", r#"the field "category" comes twice"#),
            ("action=save&revision=1&revision=1", r#"the field "revision" comes twice"#),
            ("action=save&back=//evil.example", r#"the field "back" cannot be "//evil.example""#),
            ("action=save&back=https://evil.example/", r#"the field "back" cannot be "https://evil.example/""#),
            ("action=save&category=%FF", "the body cannot be read: it is not UTF-8"),
        ] {
            assert_eq!(Form::read(FORM, body.as_bytes()).unwrap_err().to_string(), error, "{body}");
        }
        let long = format!("action=save&back=/{}", "a".repeat(BODY_MAX));
        assert_eq!(Form::read(FORM, long.as_bytes()), Err(FormError::TooLong));
        for media in [None, Some(""), Some("text/plain"), Some("multipart/form-data"), Some("text/json")] {
            assert_eq!(Form::read(media, b"action=accept"), Err(FormError::MediaType), "{media:?}");
        }
    }

    #[test]
    fn s8_json_of_other_kinds_is_refused() {
        for body in [
            "",
            "[]",
            "1",
            "\"accept\"",
            r#"{"action":true}"#,
            r#"{"action":["accept"]}"#,
            r#"{"action":"save","category":"analytics"}"#,
            r#"{"action":"save","category":{"analytics":false}}"#,
            r#"{"action":"save","category":[true]}"#,
            r#"{"action":"save","category":null}"#,
            r#"{"action":"save","revision":1.5}"#,
            r#"{"action":"refuse","action":"accept"}"#,
            r#"{"action":"accept"} {}"#,
        ] {
            assert!(Form::read(JSON, body.as_bytes()).is_err(), "{body}");
        }
    }
}
