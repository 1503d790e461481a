//! What caches may do with a response that consent has shaped.
//!
//! A `Set-Cookie` header does not keep a shared cache from storing a response (RFC 9111 §7.3), and one visitor's verdict
//! must not be served to another. So such a response gets `Vary: Cookie, Sec-GPC`, a `Cache-Control` of `private,
//! no-store`, and loses the headers by which an application speaks to the caches in front of it.
//!
//! With `cache = "revalidate"` in the policy it is `private, no-cache`: browsers keep back/forward pages and answer with
//! 304. The cost: a page that is restored may run tags that were allowed when it was made, until it is loaded again.

use crate::policy::CacheRule;

/// The headers that a shaped response gets and loses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CacheEdit {
    /// The value that takes the place of every `Cache-Control`.
    pub cache_control: &'static str,
    /// The value to add as one more `Vary` header, unless the response says it already.
    pub vary: Option<&'static str>,
    /// The headers to remove: they speak to shared caches past `Cache-Control`.
    pub remove: &'static [&'static str],
}

/// The usual value of `Cache-Control`.
pub(in crate::web) const NO_STORE: &str = "private, no-store";

/// What the value of `Vary` must hold.
pub(in crate::web) const VARY: &str = "Cookie, Sec-GPC";

/// Headers for shared caches, and the old one that a cache without `Cache-Control` reads.
const SHARED: [&str; 7] = [
    "expires",
    "surrogate-control",
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "vercel-cdn-cache-control",
    "netlify-cdn-cache-control",
    "x-accel-expires",
];

impl CacheEdit {
    pub(in crate::web) fn new(rule: CacheRule, seen: &Caching) -> Self {
        let cache_control = match rule {
            CacheRule::Revalidate => "private, no-cache",
            CacheRule::NoStore => NO_STORE,
        };
        let varies = seen.varies_by_all || (seen.varies_by_cookie && seen.varies_by_gpc);
        let remove = if seen.has_shared { &SHARED[..] } else { &[] };
        Self { cache_control, vary: (!varies).then_some(VARY), remove }
    }
}

/// What a response says to caches itself.
#[derive(Debug, Default)]
pub(in crate::web) struct Caching {
    /// Whether it asks to be stored for others: `public`, `immutable` or `s-maxage`.
    pub(in crate::web) is_shared: bool,
    varies_by_cookie: bool,
    varies_by_gpc: bool,
    varies_by_all: bool,
    has_shared: bool,
}

impl Caching {
    /// Adds one header of the response.
    pub(in crate::web) fn header(&mut self, name: &str, value: &[u8]) {
        let members = || value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let directive = |member: &[u8], word: &str| {
            let end = member.iter().position(|byte| *byte == b'=').unwrap_or(member.len());
            member[..end].trim_ascii().eq_ignore_ascii_case(word.as_bytes())
        };
        if name.eq_ignore_ascii_case("cache-control") {
            self.is_shared |=
                members().any(|m| ["public", "immutable", "s-maxage"].iter().any(|word| directive(m, word)));
        } else if name.eq_ignore_ascii_case("vary") {
            self.varies_by_all |= members().any(|member| member == b"*");
            self.varies_by_cookie |= members().any(|member| member.eq_ignore_ascii_case(b"cookie"));
            self.varies_by_gpc |= members().any(|member| member.eq_ignore_ascii_case(b"sec-gpc"));
        } else {
            self.has_shared |= SHARED.iter().any(|shared| name.eq_ignore_ascii_case(shared));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(headers: &[(&str, &str)]) -> (bool, CacheEdit) {
        let mut seen = Caching::default();
        headers.iter().for_each(|(name, value)| seen.header(name, value.as_bytes()));
        (seen.is_shared, CacheEdit::new(CacheRule::NoStore, &seen))
    }

    #[test]
    fn r39_a_shaped_response_is_private_whatever_it_said() {
        assert_eq!(edit(&[]).1, CacheEdit { cache_control: "private, no-store", vary: Some(VARY), remove: &[] });
        assert_eq!(edit(&[("CDN-Cache-Control", "max-age=60")]).1.remove, &SHARED);
        for said in ["Cookie, Sec-GPC", "sec-gpc,accept,cookie", "*"] {
            assert_eq!(edit(&[("Vary", said)]).1.vary, None, "{said}");
        }
        assert_eq!(edit(&[("vary", "cookie"), ("Vary", "Sec-GPC")]).1.vary, None);
        assert_eq!(edit(&[("vary", "Cookie")]).1.vary, Some(VARY));
    }

    #[test]
    fn a_response_for_shared_caches_is_known_by_its_directives() {
        for shared in ["public", "max-age=1, PUBLIC", "s-maxage=60", "max-age=60, immutable", "s-maxage = 1"] {
            assert!(edit(&[("cache-control", shared)]).0, "{shared}");
        }
        for other in ["private", "max-age=60", "no-store", "community=\"x\"", ""] {
            assert!(!edit(&[("cache-control", other)]).0, "{other}");
        }
    }
}
