//! What the head of a response says to the gate.

use crate::enforce::HeaderDoor;
use crate::web::exchange::cache::Caching;
use crate::wire::media_type::essence;

/// The headers that matter, gathered in one pass.
#[derive(Debug, Default)]
pub(in crate::web) struct ResponseHead<'r> {
    pub(in crate::web) set_cookie: Vec<&'r [u8]>,
    /// Other headers that make a browser load, send or store something, in order.
    pub(in crate::web) doors: Vec<(HeaderDoor, &'r [u8])>,
    pub(in crate::web) caching: Caching,
    permissions: Vec<&'r [u8]>,
    media_type: Option<&'r [u8]>,
}

impl<'r> ResponseHead<'r> {
    pub(in crate::web) fn read(headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                head.set_cookie.push(value);
            } else if name.eq_ignore_ascii_case("content-type") {
                head.media_type = Some(value);
            } else if name.eq_ignore_ascii_case("permissions-policy") {
                head.permissions.push(value);
            } else if let Some(door) = HeaderDoor::by_name(name) {
                head.doors.push((door, value));
            } else {
                head.caching.header(name, value);
            }
        }
        head
    }

    /// Whether it is a page that a person opens, by its type; `untyped` where it has none.
    pub(in crate::web) fn is_document(&self, untyped: bool) -> bool {
        let Some(media_type) = self.media_type else { return untyped };
        let essence = essence(media_type);
        [&b"text/html"[..], b"application/xhtml+xml"].iter().any(|document| essence.eq_ignore_ascii_case(document))
    }

    /// Whether it is XML (MIME Sniffing Standard §4.6), which a browser shows as a document where one was asked for: a
    /// picture in SVG loads what it names there, and runs its scripts.
    pub(in crate::web) fn is_xml(&self) -> bool {
        let essence = self.media_type.map(essence).unwrap_or_default().to_ascii_lowercase();
        essence.ends_with(b"+xml") || matches!(&*essence, b"text/xml" | b"application/xml")
    }

    /// Every line of `Permissions-Policy`, joined as a browser joins them.
    pub(in crate::web) fn permissions(&self) -> String {
        let lines: Vec<_> = self.permissions.iter().map(|line| String::from_utf8_lossy(line)).collect();
        lines.join(", ")
    }
}
