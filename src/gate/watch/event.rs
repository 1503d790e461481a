//! What the gate did, for logs and metrics.
//!
//! Events carry categories, technologies, reasons, regions and declared names. They never carry a cookie value, an
//! identifier or a query string; the names of undeclared things are cut where an identifier seems to begin.

use crate::policy::Technology;
use crate::{Choice, Decision, DenyReason, Region};

/// One thing that the gate decided or did about a response.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A declared tracker was denied: a `Set-Cookie` line dropped, an embed, a storage key or a forward refused. Also
    /// deferred work that was judged again, as [`Technology::Request`].
    Denied {
        /// Its technology, as declared.
        technology: Technology,
        /// The id of its category.
        category: &'a str,
        /// Why.
        reason: DenyReason,
        /// Where the visitor is.
        region: Region,
    },
    /// A cookie that the browser had sent was expired.
    Erased {
        /// The id of its category.
        category: &'a str,
        /// Why.
        reason: DenyReason,
        /// Where the visitor is.
        region: Region,
    },
    /// The answer of another system becomes the gate's own: see [`Visitor::migrating`](crate::Visitor::migrating).
    Migrated {
        /// Where the visitor is.
        region: Region,
    },
    /// A consent cookie, the gate's own or another system's, could not be read.
    Unreadable {
        /// Where the visitor is.
        region: Region,
    },
    /// Something that the policy does not declare was met.
    Undeclared {
        /// What it is.
        thing: Thing,
        /// Its name, or the origin of its address, without what looks like an identifier.
        name: &'a str,
        /// What the policy says of undeclared things.
        decision: Decision,
        /// Whether this gate had not met the name before, as far as it remembers. No more often than it has room for
        /// names: a flood of made-up ones is not told as so many first meetings.
        is_first: bool,
        /// Whether a browser sent it, rather than the site's own code: anybody can make such names up.
        from_browser: bool,
    },
    /// The visitor's answer about a category was changed.
    Changed {
        /// The id of the category.
        category: &'a str,
        /// What was said before.
        before: Choice,
        /// What is said now.
        after: Choice,
        /// Where the visitor is.
        region: Region,
    },
    /// A kept cookie contradicts what the policy declares of it, so that an erasure would miss it.
    Mismatch {
        /// The declared name.
        tracker: &'a str,
        /// The attribute that differs: `Domain`, `Path` or `Partitioned`.
        attribute: &'static str,
    },
    /// A browser reported that the `Content-Security-Policy` blocked, or would have blocked, a declared address.
    Blocked {
        /// Its technology, as declared.
        technology: Technology,
        /// The id of its category.
        category: &'a str,
    },
    /// A response that may be a page left without being filtered, though a filter stands there.
    Unfiltered {
        /// Why: `encoded`, `partial`, `charset`, `xhtml`, `untyped`, `elsewhere`.
        why: &'static str,
    },
    /// A page could not be filtered, and was broken off.
    Abandoned {
        /// Why: `ambiguous`, `charset`, `page`, `too-large`.
        why: &'static str,
    },
}

/// What an undeclared name was met as.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Thing {
    /// A cookie.
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// An IndexedDB database.
    IndexedDb,
    /// An address to load from.
    Address,
}

impl Thing {
    /// The technology to declare it as. An address is loaded as one of several; this names the most common.
    #[must_use]
    pub const fn technology(self) -> Technology {
        match self {
            Self::Cookie => Technology::Cookie,
            Self::LocalStorage => Technology::LocalStorage,
            Self::SessionStorage => Technology::SessionStorage,
            Self::IndexedDb => Technology::IndexedDb,
            Self::Address => Technology::Resource,
        }
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Cookie => "cookie",
            Self::LocalStorage => "local-storage key",
            Self::SessionStorage => "session-storage key",
            Self::IndexedDb => "IndexedDB database",
            Self::Address => "address",
        })
    }
}
