//! The rewriter of pages behind each framework: adapters that carry bytes, and nothing more.
//!
//! All stand *within* the gate, from which they have the visitor, and within whatever compresses: a compressed page cannot
//! be read, passes as it is, and is reported by [`Event::Unfiltered`](crate::Event::Unfiltered). An application's own
//! compression has nothing to do, since the request loses its `Accept-Encoding` on the way in.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "tower")]
mod body;
#[cfg(feature = "actix-web")]
mod message_body;
mod page;
#[cfg(feature = "rocket")]
mod reader;
#[cfg(feature = "rocket")]
mod rocket;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "actix-web")]
pub use self::actix_web::{HtmlMiddleware, HtmlMiddlewareFuture, HtmlTransform};
#[cfg(feature = "rocket")]
pub use self::rocket::HtmlFairing;
#[cfg(feature = "tower")]
pub use self::tower::{HtmlFuture, HtmlLayer, HtmlService};
#[cfg(feature = "tower")]
pub use body::HtmlBody;
#[cfg(feature = "actix-web")]
pub use message_body::HtmlMessageBody;
