//! What kind of device a request came from, as one of a handful of words.
//!
//! 1. `Sec-CH-UA-Mobile` says whether a browser prefers a mobile page: `?1` or `?0` (W3C User-Agent Client Hints, §3.3).
//! 2. The `User-Agent` string distinguishes the other kinds, by the words that makers put there for this purpose.
//!
//! Records of consent keep the word and nothing else of either header: both strings help to distinguish people.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a device.
///
/// # Example
/// ```
/// use consent_gate::record::DeviceType;
///
/// let agent = "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
/// assert_eq!(DeviceType::read([("user-agent", agent)]), DeviceType::Tablet);
/// assert_eq!(DeviceType::read([("sec-ch-ua-mobile", "?1")]), DeviceType::Phone);
/// assert_eq!(DeviceType::read([("accept", "*/*")]), DeviceType::Unknown);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeviceType {
    /// A computer with a large screen.
    Desktop,
    /// A phone.
    Phone,
    /// A tablet or a reader.
    Tablet,
    /// A television, or what is plugged into one.
    Tv,
    /// A program that nobody sits at.
    Bot,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// What crawlers, previews of links and tools call themselves in a `User-Agent`, in lower case.
const BOTS: [&str; 16] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "lighthouse",
    "pagespeed",
    "facebookexternalhit",
    "mediapartners",
    "bingpreview",
    "whatsapp",
    "embedly",
    "ia_archiver",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
];

/// Words of a `User-Agent`, in lower case, and what they mean; the first that is found counts. Tablets say `mobile`
/// too, and televisions are Android or Linux underneath.
const WORDS: [(&str, DeviceType); 21] = [
    ("smart-tv", DeviceType::Tv),
    ("smarttv", DeviceType::Tv),
    ("googletv", DeviceType::Tv),
    ("appletv", DeviceType::Tv),
    ("hbbtv", DeviceType::Tv),
    ("web0s", DeviceType::Tv),
    ("roku", DeviceType::Tv),
    ("; aft", DeviceType::Tv),
    ("playstation", DeviceType::Tv),
    ("xbox", DeviceType::Tv),
    ("ipad", DeviceType::Tablet),
    ("tablet", DeviceType::Tablet),
    ("kindle", DeviceType::Tablet),
    ("silk/", DeviceType::Tablet),
    ("iphone", DeviceType::Phone),
    ("ipod", DeviceType::Phone),
    ("mobile", DeviceType::Phone),
    ("windows nt", DeviceType::Desktop),
    ("macintosh", DeviceType::Desktop),
    ("cros ", DeviceType::Desktop),
    ("x11", DeviceType::Desktop),
];

/// How much of a header is looked at: browsers send some 200 bytes.
const LOOKED_AT: usize = 512;

impl DeviceType {
    /// Reads it from the names and raw values of a request's headers; all but two are passed over.
    #[must_use]
    pub fn read<N: AsRef<str>, V: AsRef<[u8]>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        let (mut by_agent, mut by_hint) = (Self::Unknown, Self::Unknown);
        for (name, value) in headers {
            let (name, value) = (name.as_ref(), value.as_ref());
            if name.eq_ignore_ascii_case("user-agent") {
                by_agent = of_agent(value);
            } else if name.eq_ignore_ascii_case("sec-ch-ua-mobile") {
                by_hint = of_hint(value.trim_ascii());
            }
        }
        match (by_agent, by_hint) {
            // A tablet, a television and a program answer the hint as well as they can: the string knows better.
            (Self::Tablet | Self::Tv | Self::Bot, _) | (_, Self::Unknown) => by_agent,
            _ => by_hint,
        }
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Tv => "tv",
            Self::Bot => "bot",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for DeviceType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

fn of_hint(value: &[u8]) -> DeviceType {
    match value {
        b"?1" => DeviceType::Phone,
        b"?0" => DeviceType::Desktop,
        _ => DeviceType::Unknown,
    }
}

/// Returns whether a `User-Agent` names a crawler or a tool. This is the only list of them: a record of consent and the
/// banner must not disagree about who asked.
///
/// A headless browser is not in it. It shows pages, and sites test their banners with it.
pub(crate) fn is_bot(user_agent: &[u8]) -> bool {
    let agent = looked_at(user_agent);
    // Cubot makes phones, and browsers on them are not bots.
    let is_named = |name: &str| {
        memchr::memmem::find_iter(&agent, name.as_bytes()).any(|at| name != "bot" || !agent[..at].ends_with(b"cu"))
    };
    BOTS.into_iter().any(is_named)
}

fn looked_at(value: &[u8]) -> Vec<u8> {
    value[..value.len().min(LOOKED_AT)].to_ascii_lowercase()
}

fn of_agent(value: &[u8]) -> DeviceType {
    let agent = looked_at(value);
    let has = |word: &str| memchr::memmem::find(&agent, word.as_bytes()).is_some();
    // Programs name themselves beside a browser's words.
    if has("headless") || is_bot(value) {
        return DeviceType::Bot;
    }
    // An Android device that is not a phone does not name its kind: Google asks makers of tablets to leave `Mobile`
    // out.
    let is_android_tablet = has("android") && !has("mobile");
    let found = WORDS.iter().find(|(word, _)| has(word)).map(|(_, kind)| *kind);
    match found {
        Some(DeviceType::Tv) => DeviceType::Tv,
        _ if is_android_tablet => DeviceType::Tablet,
        found => found.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_user_agents_are_told_apart() {
        for (agent, kind) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "desktop"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
                "desktop",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "desktop"),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "desktop"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "phone"),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", "phone"),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "tablet"),
            ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "tablet"),
            ("Mozilla/5.0 (Linux; Android 9; AFTT) AppleWebKit/537.36 Silk/120 like Chrome/120 Safari/537.36", "tv"),
            ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94.0 Safari/537.36 WebAppManager", "tv"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0 Safari/537.36", "bot"),
            ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "bot"),
            (
                "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
                "phone",
            ),
            ("Minecraft Launcher/2.9 (Windows NT 10.0)", "desktop"),
            ("curl/8.5.0", "bot"),
            ("Mozilla/5.0", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(DeviceType::read([("User-Agent", agent)]).as_str(), kind, "{agent}");
        }
    }

    #[test]
    fn the_banner_and_the_record_agree_about_bots_except_headless_browsers() {
        for (agent, kind, is_named) in [
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", true),
            ("TelegramBot (like TwitterBot)", "bot", true),
            ("some robot", "bot", true),
            ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "bot", true),
            ("WhatsApp/2.24.6.77 A", "bot", true),
            ("Mediapartners-Google", "bot", true),
            ("ia_archiver", "bot", true),
            ("curl/8.5.0", "bot", true),
            ("Wget/1.21.4", "bot", true),
            ("python-requests/2.32.3", "bot", true),
            ("Go-http-client/2.0", "bot", true),
            (
                "Mozilla/5.0 (Linux; Android 11; moto g) Chrome/125.0 Mobile Safari/537.36 Chrome-Lighthouse",
                "bot",
                true,
            ),
            ("Mozilla/5.0 (Linux; Android 10; CUBOT P40) AppleWebKit/537.36 Mobile Safari/537.36", "phone", false),
            ("Mozilla/5.0 (Linux; Android 10; CUBOT_P40) Mobile (compatible; Googlebot/2.1)", "bot", true),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0 Safari/537.36", "bot", false),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36", "desktop", false),
            ("", "unknown", false),
        ] {
            assert_eq!(DeviceType::read([("user-agent", agent)]).as_str(), kind, "{agent}");
            assert_eq!(is_bot(agent.as_bytes()), is_named, "{agent}");
        }
    }

    #[test]
    fn the_hint_counts_where_the_string_is_frozen() {
        let agent = ("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0");
        for (hint, kind) in [("?1", "phone"), ("?0", "desktop"), ("1", "desktop"), ("", "desktop")] {
            assert_eq!(DeviceType::read([agent, ("sec-ch-ua-mobile", hint)]).as_str(), kind, "{hint:?}");
        }
        let tablet = ("user-agent", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0");
        assert_eq!(DeviceType::read([("Sec-CH-UA-Mobile", "?0"), tablet]), DeviceType::Tablet);
    }

    #[test]
    fn bytes_that_are_no_text_and_very_long_strings_are_looked_at_no_further() {
        assert_eq!(DeviceType::read([("user-agent", b"\xff\xfe".as_slice())]), DeviceType::Unknown);
        let long = format!("{}iPhone", "x".repeat(LOOKED_AT));
        assert_eq!(DeviceType::read([("user-agent", long)]), DeviceType::Unknown);
    }

    #[test]
    fn serde_and_as_str_spell_a_kind_alike() {
        for kind in [DeviceType::Desktop, DeviceType::Phone, DeviceType::Tablet, DeviceType::Tv, DeviceType::Bot] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
