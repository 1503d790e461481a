//! Complianz: a cookie for each category, `cmplz_statistics=allow|deny`, beside `cmplz_banner-status` and
//! `cmplz_policy_id`. The prefix is the site's.
//!
//! Category cookies are written without any action where a region or a setting allows it; only
//! `banner-status=dismissed` means that the visitor answered. Items: the categories. Revision: the policy id.

use super::decode::text;
use super::json::Value;
use super::{Cookies, Fault, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "complianz",
    cookie: "cmplz_",
    tails: &["banner-status", "policy_id"],
    has_cookie_per_item: true,
    map: &[("marketing", "advertising"), ("preferences", "functional"), ("statistics", "analytics")],
    has_revision: true,
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let (mut answer, mut is_any) = (SystemAnswer::default(), false);
    for (item, value) in cookies.of_items() {
        is_any = true;
        answer.also(item, allows(value?)?);
    }
    let (status, policy) = (cookies.one(0)?, cookies.one(1)?);
    match (is_any, status) {
        (_, Some(b"dismissed")) if answer.named() != 0 => {
            let policy = policy.map(text).transpose()?.map_or(Value::Null, Value::Text);
            Ok(Some(answer.present(cookies.site().is_present(policy))))
        }
        (false, None) if policy.is_none() => Ok(None),
        (_, None | Some(b"dismissed" | b"show")) => Ok(Some(SystemAnswer::undecided(Why::NotAnswered))),
        _ => Err(Fault::Shape),
    }
}

/// A value of this system and of the WP Consent API.
pub(super) fn allows(value: &[u8]) -> Result<bool, Fault> {
    match value {
        b"allow" => Ok(true),
        b"deny" => Ok(false),
        _ => Err(Fault::Shape),
    }
}
