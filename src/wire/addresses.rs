//! Splits values that hold more than one address, or more than an address, as pages and headers do.

/// The addresses of a `srcset`, by the HTML Standard, "parse a srcset attribute".
pub(crate) fn srcset(value: &str) -> Vec<&str> {
    let mut addresses = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| is_space(c) || c == ',');
        if rest.is_empty() {
            return addresses;
        }
        let (address, after) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        let bare = address.trim_end_matches(',');
        addresses.push(bare);
        rest = if bare.len() < address.len() { after } else { skip_descriptors(after) };
    }
}

/// What follows the comma that ends a candidate; one in parentheses does not.
fn skip_descriptors(text: &str) -> &str {
    let mut is_in_parentheses = false;
    for (place, c) in text.char_indices() {
        match c {
            ',' if !is_in_parentheses => return &text[place + 1..],
            '(' => is_in_parentheses = true,
            ')' => is_in_parentheses = false,
            _ => {}
        }
    }
    ""
}

/// The address of a `<meta http-equiv=refresh>`, by the HTML Standard, "shared declarative refresh steps".
pub(crate) fn refresh(content: &str) -> Option<&str> {
    let rest = content.trim_start_matches(is_space);
    let after_time = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let has_time = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !has_time || !after_time.starts_with(|c: char| is_space(c) || matches!(c, ';' | ',')) {
        return None;
    }
    let rest = after_time.trim_start_matches(is_space);
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start_matches(is_space);
    let address = match after_url_and_equals(rest) {
        Some(address) => unquoted(address),
        // A word that begins as `url` does is taken as it stands, quotes included.
        None if rest.starts_with(['u', 'U']) => rest,
        None => unquoted(rest),
    };
    (!address.is_empty()).then_some(address)
}

fn after_url_and_equals(text: &str) -> Option<&str> {
    let word = text.get(..3)?;
    let rest = word.eq_ignore_ascii_case("url").then(|| text[3..].trim_start_matches(is_space))?;
    Some(rest.strip_prefix('=')?.trim_start_matches(is_space))
}

fn unquoted(text: &str) -> &str {
    match text.strip_prefix(['"', '\'']) {
        Some(rest) => rest.split(&text[..1]).next().unwrap_or(rest),
        None => text,
    }
}

/// The words of a list that is set apart by spaces, as `ping` and `rel` are.
pub(crate) fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(is_space).filter(|word| !word.is_empty())
}

/// ASCII white space as the HTML Standard has it.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_srcset_is_split_as_browsers_do() {
        for (value, addresses) in [
            ("", &[][..]),
            ("a.png", &["a.png"]),
            ("a.png 1x, b.png 2x", &["a.png", "b.png"]),
            ("a.png,b.png", &["a.png,b.png"]),
            ("a.png, b.png", &["a.png", "b.png"]),
            (", ,a.png,,\n b.png 2x", &["a.png", "b.png"]),
            ("data:image/png;base64,AA== 1x,c 2x", &["data:image/png;base64,AA==", "c"]),
            ("a 1x(,b 2x), c", &["a", "c"]),
            ("a (b,c", &["a"]),
        ] {
            assert_eq!(srcset(value), addresses, "{value}");
        }
    }

    #[test]
    fn a_refresh_is_read_as_browsers_do() {
        for (content, address) in [
            ("0;url=//x", Some("//x")),
            ("0; URL = '//x' y", Some("//x")),
            ("0;url=\"//x", Some("//x")),
            (" 5.5 , //x", Some("//x")),
            ("0 //x", Some("//x")),
            (".;'//x'", Some("//x")),
            ("0;u//x", Some("u//x")),
            ("0;url //x", Some("url //x")),
            ("0", None),
            ("0;", None),
            ("0;url=", None),
            ("url=//x", None),
            ("0x;//x", None),
            ("", None),
        ] {
            assert_eq!(refresh(content), address, "{content}");
        }
    }
}
