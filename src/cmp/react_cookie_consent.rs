//! react-cookie-consent: `CookieConsent=true|false`, name and values as the site chose them.
//!
//! Cookiebot's cookie bears the same name and has another shape.

use super::System;
use super::word::word;

pub(super) const SYSTEM: System = System {
    name: "react-cookie-consent",
    cookie: "CookieConsent",
    words: &[("true", true), ("false", false)],
    read: |cookies| cookies.each(0, word),
    ..System::ONE_COOKIE
};
