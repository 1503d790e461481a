//! By what means something is stored, read, loaded or sent.

use crate::terms::spelling::{UnknownWord, Word, read};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// By what means something is stored, read, loaded or sent.
///
/// A cookie, one of three storages ([`is_storage`](Self::is_storage)) or an address
/// ([`is_address`](Self::is_address)).
///
/// # Example
/// ```
/// use consent_gate::policy::Technology;
///
/// let technology: Technology = "indexed-db".parse()?;
/// assert_eq!(technology, Technology::IndexedDb);
/// assert!(technology.is_storage());
/// assert!(Technology::Pixel.is_address());
/// # Ok::<(), consent_gate::error::UnknownWord>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Technology {
    /// An HTTP cookie, set by a header or by a script.
    Cookie,
    /// A key of the browser's `localStorage`, which outlasts the visit.
    LocalStorage,
    /// A key of the browser's `sessionStorage`, which ends with the tab.
    SessionStorage,
    /// A database of the browser's `indexedDB`, which outlasts the visit.
    IndexedDb,
    /// An image that is loaded to report something.
    Pixel,
    /// A script.
    Script,
    /// A page embedded in the page.
    Frame,
    /// A style, font, image or other media.
    Resource,
    /// A request that the server itself sends to another server.
    Request,
}

impl Technology {
    /// Every technology, in the order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::Cookie,
        Self::LocalStorage,
        Self::SessionStorage,
        Self::IndexedDb,
        Self::Pixel,
        Self::Script,
        Self::Frame,
        Self::Resource,
        Self::Request,
    ];

    /// The spelling in a policy, as in `local-storage`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::LocalStorage => "local-storage",
            Self::SessionStorage => "session-storage",
            Self::IndexedDb => "indexed-db",
            Self::Pixel => "pixel",
            Self::Script => "script",
            Self::Frame => "frame",
            Self::Resource => "resource",
            Self::Request => "request",
        }
    }

    /// Returns whether a tracker of this technology is named by an address: `pixel`, `script`, `frame`, `resource`,
    /// `request`.
    #[must_use]
    pub const fn is_address(self) -> bool {
        match self {
            Self::Pixel | Self::Script | Self::Frame | Self::Resource | Self::Request => true,
            Self::Cookie | Self::LocalStorage | Self::SessionStorage | Self::IndexedDb => false,
        }
    }

    /// Returns whether a tracker of this technology is named by a key in the browser's storage: `local-storage`,
    /// `session-storage`, `indexed-db`.
    #[must_use]
    pub const fn is_storage(self) -> bool {
        match self {
            Self::LocalStorage | Self::SessionStorage | Self::IndexedDb => true,
            Self::Cookie | Self::Pixel | Self::Script | Self::Frame | Self::Resource | Self::Request => false,
        }
    }
}

impl fmt::Display for Technology {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Technology {
    type Err = UnknownWord;

    /// Reads the spelling in a policy.
    ///
    /// # Errors
    /// [`UnknownWord`] for `cookies`, `Cookie`, `localStorage`, the empty text: only the exact spelling counts.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text)
    }
}

impl Word for Technology {
    const KIND: &'static str = "technology";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_technology_is_spelt_alike_by_serde_as_str_and_from_str() {
        for &technology in Technology::ALL {
            assert_eq!(serde_json::to_value(technology).unwrap(), technology.as_str());
            assert_eq!(technology.to_string().parse(), Ok(technology));
        }
    }

    #[test]
    fn all_but_the_cookie_is_either_a_storage_or_an_address() {
        for &technology in Technology::ALL {
            let kinds = [technology == Technology::Cookie, technology.is_storage(), technology.is_address()];
            assert_eq!(kinds.into_iter().filter(|&is| is).count(), 1, "{technology}");
        }
    }

    #[test]
    fn only_the_exact_spelling_names_a_technology() {
        for text in ["cookies", "Cookie", "localStorage", "cookie ", ""] {
            let error = text.parse::<Technology>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is not a valid technology: write \"cookie\", ")), "{error}");
        }
    }
}
