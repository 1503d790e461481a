//! What differs between production, staging and a developer's machine.

use crate::wire::cookie_name::Prefix;

/// What one running copy of a site differs in, given to the gate with the policy, so that the policy's text stays
/// the same everywhere.
///
/// The default is production: HTTPS, and no host but the policy's.
///
/// # Example
/// ```
/// use consent_gate::Deployment;
///
/// let staging = Deployment::default().host("staging.shop.example");
/// assert!(!staging.is_plain_http());
/// assert!(Deployment::plain_http_on_localhost().is_plain_http());
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Deployment {
    hosts: Vec<String>,
    plain_http: bool,
}

impl Deployment {
    /// A developer's machine: plain HTTP on `localhost`, `127.0.0.1` and `[::1]`.
    ///
    /// Browsers refuse `Secure` cookies and the prefixes `__Host-` and `__Secure-` over plain HTTP (Safari on localhost
    /// too), so the consent cookie goes without them. Never use it where others can reach the server.
    #[must_use]
    pub fn plain_http_on_localhost() -> Self {
        let hosts = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        Self { hosts, plain_http: true }
    }

    /// Adds a host of our own, spelt as in the policy's `hosts`.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Returns whether cookies travel over plain HTTP.
    #[must_use]
    pub const fn is_plain_http(&self) -> bool {
        self.plain_http
    }

    /// The hosts in addition to the policy's.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    /// The consent cookie's name here: without the prefixes that plain HTTP cannot have.
    pub(crate) fn cookie_name<'n>(&self, name: &'n str) -> &'n str {
        if self.plain_http { Prefix::strip(name) } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_takes_the_prefix_off_the_name() {
        let local = Deployment::plain_http_on_localhost();
        for (name, plain) in [("__Host-consent", "consent"), ("__Secure-c", "c"), ("consent", "consent")] {
            assert_eq!(local.cookie_name(name), plain);
            assert_eq!(Deployment::default().cookie_name(name), name);
        }
    }
}
