//! Cookie Notice, the classic one: `cookie_notice_accepted=true|false`.

use super::System;
use super::word::word;

pub(super) const SYSTEM: System = System {
    name: "cookie-notice",
    cookie: "cookie_notice_accepted",
    words: &[("true", true), ("false", false)],
    read: |cookies| cookies.each(0, word),
    ..System::ONE_COOKIE
};
