//! One case, as a line of the input gives it.
//!
//! `id` (a text or a number, given back as it is) and `now` (RFC 3339) are required; all else may be left out. A key
//! that is none of [`Case`]'s, one that stands twice, and a value of another type are errors: an audit must not rest on
//! a fact that was misspelt and so ignored. `region` alone may be `null`, which is what a look-up without a result
//! gives.

use chrono::{DateTime, Utc};
use consent_gate::{Region, Storage};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// What is asked about one request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) id: Id,
    /// The time of the request, with any offset.
    #[serde(deserialize_with = "time")]
    pub(crate) now: DateTime<Utc>,
    /// Where the visitor is; absent or `null` is unknown.
    #[serde(default, deserialize_with = "region")]
    pub(crate) region: Region,
    /// Whether the host knows who the visitor is.
    #[serde(default)]
    pub(crate) known: bool,
    /// Whether the visitor is known to be a minor.
    #[serde(default)]
    pub(crate) minor: bool,
    /// Names, in any case, and values of the request's headers; one name may come several times.
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    /// Names of categories, several joined by `+`: both are asked for at once.
    #[serde(default)]
    pub(crate) ask: Vec<String>,
    /// `Set-Cookie` lines.
    #[serde(default)]
    pub(crate) set_cookie: Vec<String>,
    /// Addresses that a page would load.
    #[serde(default)]
    pub(crate) embed: Vec<String>,
    /// Stores and keys that a page would write.
    #[serde(default)]
    pub(crate) storage: Vec<(Store, String)>,
}

/// A case's name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "invalid id: expected a string or a number")]
pub(crate) enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// A line that is not a case.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    id: Option<Id>,
    error: String,
}

impl Refused {
    pub(crate) fn new(error: impl ToString) -> Self {
        Self { id: None, error: error.to_string() }
    }
}

impl Case {
    /// Reads one line.
    ///
    /// # Errors
    /// [`Refused`] for what is not one JSON object, `{"id":"x"}` without `now`, `"nwo"`, `"known":1`, `"headers":{}`,
    /// `"now":"2026-11-23"`, `"region":"France"`, a storage `"cookie"`, and for bytes that are not UTF-8.
    pub(crate) fn read(line: &[u8]) -> Result<Self, Refused> {
        object(line).map_err(|error| Refused { id: id_of(line), error })
    }
}

/// Reads one JSON object. An array is refused by itself: serde would read its values as those of the keys in order.
pub(crate) fn object<'l, T: Deserialize<'l>>(text: &'l [u8]) -> Result<T, String> {
    match text.trim_ascii_start().first() {
        Some(b'{') => serde_json::from_slice(text).map_err(|error| error.to_string()),
        _ => Err("not a JSON object".to_owned()),
    }
}

/// The id of a line that is not a case, where it can be read.
fn id_of(line: &[u8]) -> Option<Id> {
    #[derive(Deserialize)]
    struct Named {
        id: Id,
    }
    object::<Named>(line).ok().map(|named| named.id)
}

/// Reads a time as RFC 3339.
pub(crate) fn time<'d, D: Deserializer<'d>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = DateTime::parse_from_rfc3339(&text);
    time.map(|time| time.to_utc())
        .map_err(|error| D::Error::custom(format!("{text:?} is not a valid RFC 3339 time: {error}")))
}

fn region<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Region, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(code) => code.parse().map_err(D::Error::custom),
        None => Ok(Region::UNKNOWN),
    }
}

/// A browser store by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store(pub(crate) Storage);

impl<'d> Deserialize<'d> for Store {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}
