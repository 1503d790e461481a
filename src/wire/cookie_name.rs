//! The names of cookies, and what their prefixes demand (RFC 6265bis §4.1.3).
//!
//! | prefix | demands |
//! |---|---|
//! | `__Secure-` | `Secure` |
//! | `__Host-` | `Secure`, `Path=/`, no `Domain` |
//! | `__Http-` | `Secure`, `HttpOnly` |
//! | `__Host-Http-` | all of these |
//!
//! Browsers compare prefixes without case, and ignore a line that does not do what its prefix demands.

/// What the prefix of a name demands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Prefix {
    /// How many bytes of the name it takes.
    length: usize,
    /// `Path=/` and no `Domain`.
    pub(crate) is_host: bool,
    /// `Secure`.
    pub(crate) is_secure: bool,
    /// `HttpOnly`.
    pub(crate) is_http: bool,
}

impl Prefix {
    /// The prefix of a name; one without any demands nothing.
    pub(crate) fn of(name: &str) -> Self {
        // The longest first.
        let known = [
            ("__Host-Http-", true, true),
            ("__Host-", true, false),
            ("__Secure-", false, false),
            ("__Http-", false, true),
        ];
        let starts = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let found = known.into_iter().find(|(prefix, ..)| starts(prefix));
        found.map_or_else(Self::default, |(prefix, is_host, is_http)| Self {
            length: prefix.len(),
            is_host,
            is_secure: true,
            is_http,
        })
    }

    /// The name without its prefix: what plain HTTP can have.
    pub(crate) fn strip(name: &str) -> &str {
        &name[Self::of(name).length..]
    }
}

/// Whether a name can stand in a `Cookie` header and be told from its value (RFC 6265 §4.1.1, without its narrowest
/// rules: real names hold brackets and colons).
pub(crate) fn is_cookie_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'=' | b';' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_found_in_any_case_and_the_longest_counts() {
        for (name, is_host, is_secure, is_http, stripped) in [
            ("__Host-consent", true, true, false, "consent"),
            ("__host-HTTP-consent", true, true, true, "consent"),
            ("__SECURE-c", false, true, false, "c"),
            ("__Http-c", false, true, true, "c"),
            ("__Hos", false, false, false, "__Hos"),
            ("_Host-c", false, false, false, "_Host-c"),
            ("é__Host-", false, false, false, "é__Host-"),
        ] {
            let prefix = Prefix::of(name);
            assert_eq!((prefix.is_host, prefix.is_secure, prefix.is_http), (is_host, is_secure, is_http), "{name}");
            assert_eq!(Prefix::strip(name), stripped);
        }
    }
}
