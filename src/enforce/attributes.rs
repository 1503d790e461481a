//! The attributes of a declared cookie, wherever a line of it is written.
//!
//! | attribute | when |
//! |---|---|
//! | `Path` | the declared one; `/` for the prefix `__Host-` |
//! | `Domain` | the declared one; never for the prefix `__Host-` |
//! | `Secure` | declared, demanded by the prefix, or implied by `SameSite=None` or `Partitioned` |
//! | `HttpOnly` | declared, or demanded by the prefix |
//! | `SameSite` | the declared one; else `None` for a partitioned cookie; else not stated |
//! | `Partitioned` | declared |
//!
//! A partitioned cookie is for embedded pages, which are cross-site: with `Lax`, browsers would neither keep it there
//! nor obey its erasure. A policy that declares `same_site` with `partitioned` is obeyed.
//!
//! Plain HTTP has neither `Secure` nor what needs it: `Partitioned` is left out, and `SameSite=None` is `Lax`.

use crate::Deployment;
use crate::policy::Tracker;
use crate::terms::same_site::SameSite;
use crate::wire::cookie_name::Prefix;
use cookie::{Cookie, CookieBuilder};

/// The attributes of one declared cookie in one deployment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct CookieAttributes<'t> {
    path: &'t str,
    domain: Option<&'t str>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    partitioned: bool,
}

impl<'t> CookieAttributes<'t> {
    /// Derives the attributes of a cookie. The name counts by its prefix; of a pattern, it is the cookie's own name.
    pub(crate) fn new(name: &str, declared: &'t Tracker, deployment: &Deployment) -> Self {
        let prefix = Prefix::of(name);
        let has_secure = !deployment.is_plain_http();
        let same_site = declared.same_site.or(declared.partitioned.then_some(SameSite::None));
        let needs_secure = declared.partitioned || same_site == Some(SameSite::None) || prefix.is_secure;
        Self {
            path: if prefix.is_host { "/" } else { declared.path_or_root() },
            domain: declared.domain.as_deref().filter(|_| !prefix.is_host),
            secure: has_secure && (declared.secure || needs_secure),
            http_only: declared.http_only || prefix.is_http,
            same_site: same_site.map(|same_site| if has_secure { same_site } else { same_site.max(SameSite::Lax) }),
            partitioned: declared.partitioned && has_secure,
        }
    }

    /// The `Domain`; `None` for a host-only cookie.
    pub(crate) const fn domain(&self) -> Option<&'t str> {
        self.domain
    }

    /// The host-only cookie. `SameSite` is always stated, since browsers disagree about the default.
    pub(super) fn cookie<'c>(&self, name: &'c str, value: &'c str) -> CookieBuilder<'c>
    where
        't: 'c,
    {
        let mut cookie = Cookie::build((name, value)).path(self.path).same_site(match self.same_site {
            Some(SameSite::Strict) => cookie::SameSite::Strict,
            Some(SameSite::None) => cookie::SameSite::None,
            Some(SameSite::Lax) | None => cookie::SameSite::Lax,
        });
        if self.secure {
            cookie = cookie.secure(true);
        }
        if self.http_only {
            cookie = cookie.http_only(true);
        }
        if self.partitioned {
            cookie = cookie.partitioned(true);
        }
        cookie
    }

    /// The attributes that a script repeats to delete the host-only cookie. Without `HttpOnly`, with which browsers ignore
    /// a script's line; and without a `SameSite` that is not stated, so that the browser's default applies.
    #[cfg(feature = "browser")]
    pub(crate) fn for_script(&self) -> String {
        let mut text = format!("Path={}", self.path);
        if self.secure {
            text.push_str("; Secure");
        }
        if let Some(same_site) = self.same_site {
            text.push_str("; SameSite=");
            text.push_str(same_site.as_str());
        }
        if self.partitioned {
            text.push_str("; Partitioned");
        }
        text
    }
}
