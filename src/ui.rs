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
//!
//! The same fields may come as a JSON object, with lists where a field may come several times.
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
mod category_view;
mod form;
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

pub use account::{AccountError, AccountId, AccountStore, LogIn, MemoryAccounts, StoreError, StoreFuture};
pub use banner::{Banner, Button, Link, Why};
pub use category_view::{CategoryView, Source};
pub use form::{BODY_MAX, FormError};
pub use language::{direction, preferred_language};
pub use privacy::Privacy;
pub use provider_view::{ProviderLabels, ProviderView};
pub use render::Document;
pub use request::{ANSWER_HEADER, Request};
pub use response::Response;
pub use settings::{ControllerView, HelpView, Reach, Settings, SettingsLabels};
pub use signal_view::SignalView;
pub use submit::{DOUBLE_CLICK, Submission};
pub use table::{CookieTable, TrackerGroup, TrackerView};
pub use words::{Words, WordsError};
