//! The body of a form as names and values, in their order.

use super::form_error::{FormError, cut};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// `application/x-www-form-urlencoded` (URL Standard §5.1), but for bytes that are not UTF-8: they are an error here.
pub(super) fn url_encoded(body: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    let not_utf8 = || FormError::Malformed("it is not UTF-8".to_owned());
    let body = std::str::from_utf8(body).map_err(|_| not_utf8())?;
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_| not_utf8())
    };
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| Ok((decode(k)?, decode(v)?))).collect()
}

/// One JSON object: texts, numbers for `revision`, and lists of texts. A key that comes twice is found by the reader.
pub(super) fn json(body: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    use serde_json::Value;
    let malformed = |error: serde_json::Error| FormError::Malformed(error.to_string());
    let Pairs(object) = serde_json::from_slice(body).map_err(malformed)?;
    let mut fields = Vec::new();
    for (name, value) in object {
        match value {
            Value::String(text) if !is_list(&name) => fields.push((name, text)),
            Value::Number(number) if name == "revision" => fields.push((name, number.to_string())),
            Value::Array(list) if is_list(&name) => {
                for item in list {
                    let Value::String(text) = item else { return Err(not_a(&name, &item)) };
                    fields.push((name.clone(), text));
                }
            }
            other => return Err(not_a(&name, &other)),
        }
    }
    Ok(fields)
}

fn is_list(name: &str) -> bool {
    matches!(name, "about" | "category" | "refuse_provider" | "allow_provider")
}

fn not_a(name: &str, value: &serde_json::Value) -> FormError {
    FormError::Malformed(format!("the field {:?} cannot be {}", cut(name), cut(&value.to_string())))
}

/// The members of a JSON object in their order, none of them twice.
struct Pairs(Vec<(String, serde_json::Value)>);

impl<'de> serde::Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> serde::de::Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of fields")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Pairs, A::Error> {
                let mut pairs: Vec<(String, serde_json::Value)> = Vec::new();
                while let Some((name, value)) = members.next_entry::<String, _>()? {
                    if pairs.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom(format_args!("the field {:?} comes twice", cut(&name))));
                    }
                    pairs.push((name, value));
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
