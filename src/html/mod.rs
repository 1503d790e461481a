//! Takes from a page the power to load what is denied, while it streams.
//!
//! [`Rewriter`] is fed by the request's [`Visitor`](crate::Visitor) and decides nothing itself:
//!
//! 1. Every address that a browser would load is asked about with [`Visitor::decide_address`](crate::Visitor::decide_address): scripts,
//!    images and their `srcset`, frames and their `srcdoc`, `link` by each of its relations, media, plug-ins, `ping`,
//!    `meta refresh`, CSS in elements and attributes, SVG, import maps and speculation rules, what lazy-loading scripts read
//!    (`data-src` and its like), and all of these in `<noscript>` and `<template>`.
//! 2. A denied attribute is renamed: `src` becomes `data-consent-src`, and `data-consent-denied` holds the code of the
//!    reason. The element stays. In CSS, the address alone becomes `about:invalid`; in an import map, `null`; in speculation
//!    rules it leaves its list, and a rule that could reach any link of the page goes. A list of addresses in an attribute
//!    (`srcset`, `ping`) goes as a whole.
//! 3. A script without its address would run its text, so it becomes `type="text/plain"` as well.
//! 4. A denied frame becomes a placeholder, a `<fieldset>` that says who would be loaded and why it was not, with a button
//!    that grants that one provider by an ordinary form post. A hidden frame just loses its address.
//! 5. `<script type="text/plain" data-consent="analytics">` runs when all categories that it names are allowed: its `type`
//!    becomes that of `data-type`, or goes; `data-src` becomes `src`; the nonce is set. With any other type, it is made inert
//!    while one is denied. The marks of other banners (`data-category`, `data-cookiecategory`, `data-cookieconsent`) release
//!    an inert script in the same way, when our policy allows; `necessary`, `preferences`, `statistics` and `marketing` are
//!    understood in them. They hold no script that its author has not made inert.
//! 6. What the host puts at the start of the head or of the body ([`Options::head_start`], [`Options::body_start`]) is not
//!    judged. What is not changed stays the same to the byte.
//! 7. A page that cannot be judged is abandoned with an [`Error`], and never passed on unfiltered: markup that can be read in
//!    two ways, a charset that is not a superset of ASCII, a tag that does not fit into memory. Within `srcdoc` and
//!    `<noscript>`, only that content goes.
//!
//! Addresses are read as browsers read them: character references and CSS escapes first, then the URL Standard with IDNA
//! and `<base href>`. `data:` addresses contact nobody and pass, except where they hold a document or a style sheet, which
//! could load anything unseen: there they are undeclared, and the policy says what becomes of that.
//!
//! [`Plan`] says from a response's head whether its body is to be rewritten, and what becomes of its headers.
//!
//! What this does not do: judge what scripts do, inline ones and event handlers included, or addresses in other inline
//! JSON, in strings that CSS passes through custom properties, in attributes of other names that some script reads. A
//! `Content-Security-Policy` is the wall behind it. Links and forms, a `formaction` among them, load nothing until a person
//! acts, who then sees where to: they stay. XHTML, SVG documents and compressed bodies are not read.
//!
//! The parser is `lol_html`, in its strict mode.

mod address;
mod charset;
mod css;
mod door;
mod edit;
mod element;
mod error;
mod head_start;
mod marks;
mod options;
mod output;
mod page;
mod placeholder;
mod plan;
mod rewriter;

pub use edit::{Action, Edit};
pub use error::Error;
pub use options::{Options, Texts};
pub use plan::{HeaderEdits, Plan, Skip};
pub use rewriter::Rewriter;

/// The name of the form field that holds the id of the provider which a placeholder's button grants.
pub const PROVIDER_FIELD: &str = "provider";
