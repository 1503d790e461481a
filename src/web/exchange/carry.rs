//! Carries edits out on a framework's own headers.

use crate::web::Edits;

/// The headers of a request or a response, in a framework's own types.
pub(in crate::web) trait Headers {
    /// The value of one line.
    type Line: AsRef<[u8]>;

    /// A line of these bytes; `None` where the framework cannot hold them.
    fn line(bytes: &[u8]) -> Option<Self::Line>;

    /// Every line of a name, in order.
    fn lines(&self, name: &'static str) -> Vec<Self::Line>;

    /// Removes every line of a name.
    fn remove(&mut self, name: &'static str);

    /// Adds one more line.
    fn append(&mut self, name: &'static str, line: Self::Line);

    /// Puts lines in the place of all of a name.
    fn replace(&mut self, name: &'static str, lines: impl IntoIterator<Item = Self::Line>) {
        self.remove(name);
        lines.into_iter().for_each(|line| self.append(name, line));
    }
}

impl Edits {
    /// Makes of a response's headers what leaves.
    pub(in crate::web) fn carry_out<H: Headers>(self, headers: &mut H) {
        if !self.set_cookie.is_empty() || !self.append.is_empty() {
            let own = headers.lines("set-cookie");
            headers.replace("set-cookie", self.cookie_lines(own, H::line).unwrap_or_default());
        }
        for edit in self.headers {
            headers.replace(edit.name, edit.lines.iter().filter_map(|line| H::line(line)));
        }
        for header in self.page {
            H::line(header.value.as_bytes()).into_iter().for_each(|line| headers.append(header.name, line));
        }
        if let Some(cache) = self.cache {
            cache.remove.iter().for_each(|name| headers.remove(name));
            headers.replace("cache-control", H::line(cache.cache_control.as_bytes()));
            cache
                .vary
                .and_then(|vary| H::line(vary.as_bytes()))
                .into_iter()
                .for_each(|line| headers.append("vary", line));
        }
    }
}

/// Takes from a request's `Cookie` headers what its handler must not read.
#[cfg(any(feature = "tower", feature = "actix-web"))]
pub(in crate::web) fn hide<H: Headers>(exchange: &crate::web::Exchange, headers: &mut H) {
    if let Some(readable) = exchange.readable_cookies(headers.lines("cookie"), H::line) {
        headers.replace("cookie", readable);
    }
}
