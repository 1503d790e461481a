//! Tells the page what is allowed, and holds its scripts to it.
//!
//! Three things, all drawn from the request's [`Visitor`](crate::Visitor); nothing here decides:
//!
//! 1. [`Manifest`]: the verdict on everything that the policy declares, as JSON without an identifier.
//! 2. [`GUARD`]: a script that stands before any other and puts itself between scripts and whatever stores, reads or loads.
//! 3. [`ConsentMode`]: the seven states of Google's Consent Mode v2.
//!
//! [`Head`] writes them in the right order, to be the first thing in `<head>`; the rewriter of pages puts it there, by
//! `html::Options::head_start(|visitor| Head::new(Manifest::new(visitor)).html())`.
//!
//! # What the guard does
//!
//! | by | denied |
//! |---|---|
//! | `document.cookie`, `cookieStore` | a write is lost, a read does not see it; deletions pass |
//! | `localStorage`, `sessionStorage`, by method or property | a write is lost, a read finds nothing |
//! | `indexedDB.open` | throws a `SecurityError` |
//! | `fetch`, `XMLHttpRequest`, `EventSource`, `WebSocket` | fails as it does when the network is away |
//! | `sendBeacon` | returns `false` |
//! | `Image`, `Audio` and every element that loads by `src`, `srcset`, `poster`, `data`, `ping` or `href`, by property, by `setAttribute`, by `innerHTML` and its like, by insertion | the address becomes `about:invalid`, and the element tells of an error; `data-consent-…` keeps the address |
//! | speculation rules | a rule set that lists a denied address, or is about links beyond our origin, is taken out of use for good: its `type` becomes `data-consent-denied` |
//! | workers | the constructor throws, as for a script of another origin |
//! | frames of the page's own origin | their realm is guarded when they are inserted or reached |
//!
//! It erases denied keys and script-visible cookies that are there already, with the declared `Domain`, `Path` and
//! `Partitioned`, by the rule of [`Visitor::erasures`](crate::Visitor::erasures): what is only unknown is not destroyed,
//! nor is anything undeclared. First-party addresses pass; what is undeclared follows the policy's setting.
//!
//! It honours `navigator.globalPrivacyControl` on pages that came from a cache, because the manifest holds both verdicts.
//! A page that comes back from the back/forward cache asks for its manifest anew.
//!
//! # What it does not do
//!
//! It is best effort by nature: it shares the page with the scripts that it watches, and the parser does not ask it. A
//! `Content-Security-Policy` is the wall, the HTML rewriter takes doors out of the page before it arrives. Out of its
//! reach: `import()`, CSS (`url()`, `@import`, fonts, `FontFace`), what workers load, worklets, `RTCPeerConnection`,
//! navigation (`location`, forms, `window.open`), the attributes `background`, `attributionsrc` and `xlink:href`, `Attr`
//! nodes, a frame that comes in by `Range.insertNode`, shadow roots that come with a parsed document, markup that
//! `document.write` is given in pieces, a frame's realm between `innerHTML` and the end of the task when it is reached by
//! number (`frames[0]`), and elements of the page's own markup that the browser's preload scanner fetches ahead. Whoever
//! writes a script to get around it will: an object that gives another text each time it is asked is enough.
//!
//! A policy that reports sees denied addresses as `about`, and denied sockets as port 1 of the page's host. Under
//! `require-trusted-types-for`, a denied address throws.
//!
//! # For the page's scripts
//!
//! | call or event | what it does |
//! |---|---|
//! | `consentGate.judge(technology, name)` | gives `{ allow, code, erase, tracker }`; technologies are `category`, `cookie`, `local-storage`, `session-storage`, `indexed-db` and `address` |
//! | `consentGate.update(manifest)` | holds the page to a new answer without a reload: erases what is denied now, blocks it from then on, and lets load what was withheld and is allowed now. Without an argument, the manifest is fetched from [`Head::endpoint`]. A promise |
//! | event `consentgate:denied` at `document` | `detail` is the verdict and its `technology`, never a value, a query or the whole name of something undeclared. Once for each thing; one line of `console.debug` says the same |
//! | event `consentgate:update` at `document` | after an update |
//!
//! Withheld are the elements that the HTML rewriter or the guard has marked with `data-consent-denied`, and inline or
//! external scripts that their author wrote as `<script type="text/plain" data-consent="analytics" data-src="…">`.
//!
//! # Serving it
//!
//! Inline, with the page's nonce, or as a file: [`GUARD`] under [`guard_file_name`], which changes with its content, so that
//! it may be `Cache-Control: public, max-age=31536000, immutable`. [`GUARD_HASH`] is for `script-src` and `integrity`.
//! With a file, no inline code is left: the manifest is data, which no Content-Security-Policy forbids.
//!
//! # Sizes
//!
//! The guard has at most 6,144 bytes. A manifest takes about 700 bytes and, for each tracker, its name and 5 bytes; a
//! cookie its name and 16 more, for its deletion; most addresses their name twice. A site with 24 trackers sends 1.8 KB; one
//! with 10,000 would send 450 KB with every page, and should split its policy by site.
//!
//! The readable source is `src/browser/guard.js`; `.ci/guard` minifies it.

mod consent_mode;
mod element;
mod guard;
mod head;
mod manifest;

pub use consent_mode::ConsentMode;
pub use guard::{GUARD, GUARD_HASH, guard_etag, guard_file_name};
pub use head::Head;
pub use manifest::Manifest;

/// JSON as it may stand in an element `script`: no character in it begins a tag, a comment or a character reference, and
/// none ends a line of JavaScript.
fn safe_json(value: &impl serde::Serialize) -> String {
    // Plain data with text for keys: nothing in it can fail.
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            // They only stand within strings.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    safe.extend(char::from_digit((c as u32 >> shift) & 15, 16));
                }
            }
            _ => safe.push(c),
        }
    }
    safe
}
