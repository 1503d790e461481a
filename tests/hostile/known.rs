//! Where behind the whole gate a door is not as consent has it, and why.

use crate::hostile::pages::Attempt;

/// Doors that stay open, by kind and name.
pub(crate) const LEAKS: &[(&str, &str, &str)] = &[
    ("databases and caches", "in a worker", "no script of the page is asked, and no header governs storage"),
    ("databases and caches", "caches.open", "the Cache API is no technology that a policy can declare"),
];

/// Doors whose cookie stays when consent is withdrawn.
pub(crate) const MISSED: &[(&str, &str, &str)] =
    &[("Set-Cookie", "partitioned", "the policy does not say so of it, and it is another cookie to a browser")];

/// Doors that are shut, and at which Chromium has already connected to the host when the policy of the page forbids the
/// request: it makes ready for a frame that is sent elsewhere before it asks.
pub(crate) const CONNECTIONS: &[(&str, &str, &str)] = &[
    ("frames that scripts insert", "a frame's location", "navigation is out of the guard's reach"),
    ("frames that scripts insert", "a form into a frame", "as above"),
    ("frames that scripts insert", "a link into a frame", "as above"),
];

/// Whether a door is in one of these lists.
pub(crate) fn is_listed(list: &[(&str, &str, &str)], attempt: &Attempt) -> bool {
    list.iter().any(|(kind, name, _)| (*kind, *name) == (attempt.kind.name, attempt.door.name))
}

/// Doors that stay shut although what they lead to is allowed.
pub(crate) const SHUT: &[(&str, &str, &str)] = &[
    ("pages within the page", "srcdoc with a base", "the base itself is not declared"),
    ("pages within the page", "data: page", "a document in its address is undeclared: it could load anything unseen"),
    ("pages within the page", "data: page in an object", "as above"),
    ("styles", "data: style sheet", "as above"),
    ("styles", "@import of a data: style sheet", "as above"),
    ("within noscript", "iframe[srcdoc]", "where scripts are on, the element ends within the attribute"),
    ("odd spellings", "with a dot at the end", "to a Content-Security-Policy, that is another host"),
];
