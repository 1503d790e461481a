//! The banner, the privacy settings and their form, from the same policy that is enforced.
//!
//! 1. [`Privacy`] is put together once; it draws for a [`Visitor`](crate::Visitor) and a [`Request`]. Everything is there as
//!    data first ([`Banner`], [`Settings`], [`CookieTable`], all of them serde), for markup of one's own, and as HTML that
//!    works without a script.
//! 2. [`Privacy::submit`] takes the form. It is strict: what it does not know, it refuses, and nothing is stored.
//! 3. [`Privacy::serve`] holds the ready routes, which the adapters of [`web`](crate::web) carry: the page, the form, JSON,
//!    the banner as a fragment, the style sheet, `/.well-known/gpc.json`.
//! 4. [`AccountStore`] keeps answers with accounts.
//!
//! Nothing here decides: what is on and why is the visitor's, what is asked about is [`Prompt`](crate::Prompt)'s.
//!
//! # The form
//!
//! | field | times | means |
//! |---|---|---|
//! | `action` | once | `accept`: everything that can be granted. `refuse`: nothing. `save`: what is ticked, and nothing else |
//! | `about` | once for each | with `accept` and `refuse`: only this category, or this provider as `provider.ID`; what else was said stays |
//! | `category` | once for each | with `save`: a category that is ticked |
//! | `refuse_provider` | once for each | with `save`: a provider that is opted out of |
//! | `allow_provider` | once for each | with `save`: a provider that is allowed beside its category |
//! | `provider` | once | without `action`: grants this one provider, as the placeholder of a withheld frame does |
//! | `revision` | at most once | the revision of the policy that the visitor was shown |
//! | `back` | at most once | the page of this site to go to |
//! | `place` | at most once | where it was clicked, for the proof: `banner`, or `settings`, which is meant without it |
//! | `language` | at most once | the language in which the visitor was told, for the proof: one of the policy's |
//!
//! The same fields may come as a JSON object, with lists where a field may come several times.
//!
//! # Routes
//!
//! | request | response |
//! |---|---|
//! | `GET /privacy` | the settings, a page |
//! | `POST /privacy` | takes the form; 303 back to where it came from. `?back=/page` is where a form without that field leads |
//! | `GET /privacy.json` | verdict, open questions and texts |
//! | `POST /privacy.json` | takes the form's fields as JSON, and answers as `GET` |
//! | `OPTIONS /privacy.json` | the preflight of an origin that the host has named: [`Privacy::allow_origin`] |
//! | `GET /privacy/banner?back=/page` | the banner of this visitor alone; 204 without one |
//! | `GET /privacy/HASH.css` | the style sheet |
//! | `GET /.well-known/gpc.json` | whether the site honours Global Privacy Control: true only where the gate acts, and no `[[regime]]` is looser than the presets about it |
//!
//! A form of another site is answered with 403 and a page that says so, one that is not as it should be with 400 and the
//! field named, consent to a text that has changed since with 409. Nothing is stored then.
//!
//! # Pages that are cached
//!
//! A page with a banner belongs to one visitor, and the gate keeps it out of shared caches. A page that is cached for all
//! loads the banner as a fragment instead: by an include of the edge in front (`<esi:include src="/privacy/banner?back=/">`),
//! or by a script of the site's own:
//!
//! ```js
//! const answer = await fetch(`/privacy/banner?back=${encodeURIComponent(location.pathname)}`);
//! if (answer.status === 200) document.body.insertAdjacentHTML("afterbegin", await answer.text());
//! ```
//!
//! # Applications
//!
//! A front end on another origin of the same site (`app.` and `api.`) is named with [`Privacy::allow_origin`] and sends its
//! requests with credentials. An application without cookies finds its answer as text in the JSON (`app.answer`), keeps it,
//! and sends it in the header [`ANSWER_HEADER`] of each request; it counts as one more consent cookie. To show a page of the
//! site in a web view, it puts the line `app.set_cookie` into the web view's jar before the page loads: on Android
//! `CookieManager.getInstance().setCookie("https://shop.example/", line)`, on iOS the cookies of
//! `HTTPCookie.cookies(withResponseHeaderFields: ["Set-Cookie": line], for: url)` into
//! `WKWebsiteDataStore.default().httpCookieStore`. Consent is never taken from an address.
//!
//! # Accounts
//!
//! 1. The account's answer and the browser's are combined by the strictest: refusals add up. What one side was not asked
//!    about, the other decides.
//! 2. A choice made while logged in goes to both, and the page says so. At log-out ([`Privacy::log_out`]) the browser gets
//!    back what was chosen in it before. A device that is new to the account is told that its choice counts there
//!    ([`Privacy::log_in_text`]; CNIL, 18 December 2025).
//! 3. An opt-out signal of a known visitor is written to the account, and so holds on every device (11 CCR 7025(c)(1)). Where
//!    consent must be asked for, a signal is not an answer, and nothing is written.
//! 4. An account that cannot be read may hold a refusal: what is optional is denied in that request, and nothing is erased.
//!    Into one that cannot be written, a permission does not go, and does not take effect; a refusal holds in the browser.
//!
//! # Proof
//!
//! 1. With [`Privacy::proof`], each change is recorded once, by a [`Proof`]: a ledger, say. What changes nothing is not.
//! 2. A grant takes effect when its record is durable. Where that fails, it does not, and the visitor is told (503); what
//!    the same form refused holds.
//! 3. A refusal takes effect at once, and its record follows. So do that of a signal, that of what logging in changed (what an
//!    account allows was recorded when it was given), and that of another system's answer that becomes the gate's own.
//! 4. At log-out the browser gets back what was recorded when it was chosen: nothing is recorded then.
//! 5. A grant may be recorded that did not take effect, where the account could not be written or another device was faster;
//!    never the other way.
//!
//! # Words
//!
//! What the policy says is shown in the policy's words; its table `[notice]` replaces the crate's on the banner and the page.
//! The words between are built in for English and German. Another language is one file: [`Words`].
//!
//! # Style
//!
//! One style sheet, as a file whose address names its content ([`Privacy::style_link`]) or inline with a hash
//! ([`Privacy::style_source`]). It follows the `color-scheme` of the page. A site makes it its own by custom properties on
//! `:root`: `--consent-ink`, `--consent-quiet`, `--consent-paper`, `--consent-shade`, `--consent-line`, `--consent-edge`,
//! `--consent-accent`, `--consent-on-accent`, `--consent-radius`, `--consent-font`. Whoever sets colours answers for their
//! contrast.

mod account;
mod banner;
mod body;
mod category_view;
mod form;
mod form_change;
mod form_error;
#[cfg(feature = "html")]
mod insert;
mod json;
mod language;
mod local;
mod privacy;
mod provider_view;
mod render;
mod request;
mod response;
mod routes;
mod settings;
mod signal_view;
mod style;
mod submit;
mod table;
mod texts;
mod words;

pub use account::AccountId;
pub use banner::{Banner, Button, Link, Why};
pub use category_view::{CategoryView, Source};
pub use form_error::{BODY_MAX, FormError};
pub use language::{direction, preferred_language};
pub use privacy::Privacy;
pub use provider_view::{ProviderLabels, ProviderView};
pub use render::Document;
pub use request::{ANSWER_HEADER, Request};
pub use response::Response;
pub use settings::{ControllerView, HelpView, Reach, Settings, SettingsLabels};
pub use signal_view::SignalView;
pub use submit::Submission;
pub use table::{CookieTable, TrackerGroup, TrackerView};
pub use words::{Words, WordsError};
