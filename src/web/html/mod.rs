//! The rewriter of pages behind each framework: adapters that carry bytes, and nothing more.
//!
//! All stand *within* the gate, from which they have the visitor, and within whatever compresses: a compressed page cannot
//! be read, passes as it is, and is reported by [`Event::Unfiltered`](crate::Event::Unfiltered). An application's own
//! compression has nothing to do, since the request loses its `Accept-Encoding` on the way in.

#[cfg(feature = "tower")]
pub(in crate::web) mod body;
#[cfg(feature = "actix-web")]
pub(in crate::web) mod message_body;
pub(in crate::web) mod page;
#[cfg(feature = "rocket")]
pub(in crate::web) mod reader;

#[cfg(feature = "tower")]
pub use body::HtmlBody;
#[cfg(feature = "actix-web")]
pub use message_body::HtmlMessageBody;
