//! Where a form may lead: to pages of this site only.

/// Whether a text is a path on this site, as browsers read it, so that a redirect to it stays here.
///
/// It begins with one `/`. `//evil.example` and `/\evil.example` are other hosts (URL Standard, "relative slash state");
/// tabs and newlines are dropped before the text is read, so that no control character may be in it. A header holds
/// visible ASCII and spaces alone.
pub(super) fn is_local(text: &str) -> bool {
    let is_path = text.starts_with('/') && !text[1..].starts_with(['/', '\\']);
    is_path && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Long enough for every page, short enough for every header.
const LONGEST: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u9_only_paths_of_this_site_are_local() {
        for local in ["/", "/lessons/1", "/a?b=//evil.example", "/a#b", "/%2F/evil.example", "/.//x", "/a\\b"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "",
            "lessons",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "///evil.example",
            "/\t/evil.example",
            "/a\r\nset-cookie: x=1",
            "/\u{0}/evil.example",
            " /a",
            "/a b",
            "/ä",
            "https://evil.example/",
            "https:/evil.example",
            "javascript:alert(1)",
            "?a",
            "#a",
            &format!("/{}", "a".repeat(LONGEST)),
        ] {
            assert!(!is_local(other), "{other:?}");
        }
    }
}
