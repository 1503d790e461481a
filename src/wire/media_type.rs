//! Media types, as in `text/html; charset=utf-8` (MIME Sniffing Standard §4).

/// A media type without its parameters and the space around it, in the case in which it is written.
pub(crate) fn essence(media_type: &[u8]) -> &[u8] {
    let end = media_type.iter().position(|byte| *byte == b';').unwrap_or(media_type.len());
    media_type[..end].trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_essence_has_neither_parameters_nor_space() {
        for (media_type, expected) in [
            ("text/html", "text/html"),
            ("\tText/HTML ;charset=utf-8;x=y", "Text/HTML"),
            ("image/svg+xml;charset=utf-8", "image/svg+xml"),
            (" ; charset=utf-8", ""),
            ("", ""),
        ] {
            assert_eq!(essence(media_type.as_bytes()), expected.as_bytes(), "{media_type}");
        }
    }
}
