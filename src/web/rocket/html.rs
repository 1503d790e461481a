//! The rewriter of pages as a fairing for Rocket 0.5.

use crate::html::Options;
use crate::web::html::page::{Fate, Ticket};
use crate::web::html::reader::PageReader;
use crate::web::rocket::ConsentLayer;
use crate::web::rocket::fields;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Status};
use rocket::{Data, Request, Response};
use std::fmt;
use std::sync::Arc;

/// Rewrites the pages of an application that has a [`ConsentLayer`] as well, wherever that is attached. What becomes of a
/// response is as with [`HtmlLayer`](crate::web::tower::HtmlLayer); without the gate's fairing it is status 500 with no body.
///
/// Rocket runs the response half of fairings in the order in which they were attached: attach this one after those that
/// make pages, and before one that compresses.
///
/// Three things are as Rocket has them. A request cannot lose a header, so that those which ask for less than the whole
/// page become empty. A page that must be abandoned ends early, and Rocket ends its body as if it were whole: what left is
/// filtered, and [`Event::Abandoned`](crate::Event::Abandoned) tells. Catchers answer requests that Rocket could not read
/// without any fairing.
///
/// # Example
/// ```
/// use consent_gate::web::rocket::{ConsentLayer, HtmlLayer};
/// use rocket::{local::blocking::Client, response::content::RawHtml, routes};
///
/// #[rocket::get("/")]
/// fn page() -> RawHtml<&'static str> {
///     RawHtml("<img src='https://px.lumen.example/v.gif'>")
/// }
///
/// # let gate = consent_gate::testing::gate();
/// let app = rocket::build().attach(ConsentLayer::new(gate)).attach(HtmlLayer::new()).mount("/", routes![page]);
/// let body = Client::untracked(app)?.get("/").dispatch().into_string();
/// assert!(body.unwrap().starts_with("<img data-consent-src="));
/// # Ok::<(), rocket::Error>(())
/// ```
#[derive(Clone)]
pub struct HtmlLayer {
    options: Arc<dyn Fn(&Request<'_>) -> Options + Send + Sync>,
}

impl HtmlLayer {
    /// A fairing with the default options. A page's address is that of the request, on the first of the policy's hosts.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| Options::new())
    }

    /// A fairing that asks for the options of each request: for the page's nonce, and for words in the visitor's language.
    #[must_use]
    pub fn with(options: impl Fn(&Request<'_>) -> Options + Send + Sync + 'static) -> Self {
        Self { options: Arc::new(options) }
    }

    fn ticket(&self, request: &Request<'_>) -> Option<Ticket> {
        let gate = request.rocket().state::<ConsentLayer>()?;
        Some(Ticket {
            visitor: gate.exchange(request).visitor().clone(),
            options: (self.options)(request).at(request.uri().path().as_str()),
            mode: gate.mode(),
            // Rocket takes the body from the answer to `HEAD` itself, after all fairings.
            is_head: false,
        })
    }
}

impl Default for HtmlLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HtmlLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlLayer").finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for HtmlLayer {
    fn info(&self) -> Info {
        Info { name: "Consent gate, pages", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let Some(ticket) = self.ticket(request) else { return };
        let names = ticket.of_request(fields(&request.headers().iter().collect::<Vec<_>>()));
        for name in names {
            if request.headers().contains(name) {
                request.replace_header(Header::new(*name, ""));
            }
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let headers: Vec<Header<'_>> = response.headers().iter().collect();
        let fate = match self.ticket(request) {
            Some(ticket) => ticket.fate(response.status().code, fields(&headers)),
            None => Fate::Fail,
        };
        drop(headers);
        match fate {
            Fate::Pass => {}
            Fate::Page { page, .. } if page.is_report() && response.body().is_none() => {}
            Fate::Page { page, remove } => {
                remove.iter().for_each(|name| response.remove_header(name));
                if page.is_report()
                    && let Some(size) = response.body_mut().size().await
                {
                    response.set_raw_header("content-length", size.to_string());
                }
                let (chunk, body) = (response.body().max_chunk_size(), response.body_mut().take());
                response.set_streamed_body(PageReader::new(body, page));
                response.set_max_chunk_size(chunk);
            }
            Fate::Head { remove } => remove.iter().for_each(|name| response.remove_header(name)),
            Fate::Fail => {
                *response = Response::new();
                response.set_status(Status::InternalServerError);
            }
        }
    }
}
