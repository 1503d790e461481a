//! Cookiebot: `CookieConsent={stamp:%27…%27%2Cnecessary:true%2Cpreferences:false%2C…%2Cmethod:%27explicit%27…}`, a literal of
//! JavaScript and no JSON.
//!
//! `-1`, a stamp of `-1` and `method:'implied'` mean a region in which the banner does not ask: nobody chose. So
//! does everything granted without a method. Items: the three categories.

use super::decode::{Buffer, number, percent_text, stamp};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "cookiebot",
    cookie: "CookieConsent",
    map: &[("marketing", "advertising"), ("preferences", "functional"), ("statistics", "analytics")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

const CATEGORIES: [&str; 3] = ["preferences", "statistics", "marketing"];

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    match value {
        b"-1" => return Ok(SystemAnswer::undecided(Why::Implied)),
        b"0" => {
            answer.others(site, false);
            return Ok(answer);
        }
        _ => {}
    }
    // It holds no free text, and its own delimiters are what is encoded.
    let mut buffer = Buffer::new();
    let text = percent_text(value, &mut buffer)?;
    let fields = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).ok_or(Fault::Shape)?;
    let (mut seen, mut granted, mut method, mut is_default) = ([false; 5], [false; 3], None, false);
    for field in fields.split(',') {
        let (key, value) = field.split_once(':').ok_or(Fault::Shape)?;
        let (key, value) = (key.trim(), value.trim());
        if let Some(place) =
            ["preferences", "statistics", "marketing", "necessary", "method"].iter().position(|k| *k == key)
            && std::mem::replace(&mut seen[place], true)
        {
            return Err(Fault::Duplicate);
        }
        match key {
            "necessary" => is_true(value).map(drop)?,
            "method" => method = Some(quoted(value)?),
            "stamp" => is_default |= quoted(value)? == "-1",
            "utc" => answer.date = Some(stamp(number(value)?)),
            _ => {
                if let Some(place) = CATEGORIES.iter().position(|category| *category == key) {
                    granted[place] = is_true(value)?;
                    answer.item(site, key, granted[place])?;
                }
            }
        }
    }
    if seen[..4] != [true; 4] {
        return Err(Fault::Shape);
    }
    match method {
        _ if is_default => Ok(SystemAnswer::undecided(Why::Implied)),
        Some("explicit") => Ok(answer),
        Some("implied") => Ok(SystemAnswer::undecided(Why::Implied)),
        Some(_) => Err(Fault::Shape),
        None if granted == [true; 3] => Ok(SystemAnswer::undecided(Why::Implied)),
        None => Ok(answer),
    }
}

fn is_true(value: &str) -> Result<bool, Fault> {
    value.parse().map_err(|_| Fault::Shape)
}

fn quoted(value: &str) -> Result<&str, Fault> {
    value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).ok_or(Fault::Shape)
}
