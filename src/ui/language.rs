//! In which language a page is written, and in which direction.

/// The language of a site that suits a browser best, by its `Accept-Language` header.
///
/// Ranges are taken by weight, then in their order (RFC 9110 §12.5.4), and each is looked up by shortening it from the end
/// (RFC 4647 §3.4): `de-CH` finds `de`. A shorter range finds a longer tag too: `pt` finds `pt-BR`. Weight 0 excludes. What
/// cannot be read is passed over. `None` where nothing fits.
///
/// # Example
/// ```
/// use consent_gate::ui::preferred_language;
///
/// assert_eq!(preferred_language("fr;q=0.5, de-CH, *;q=0.1", ["en", "de"]), Some("de"));
/// assert_eq!(preferred_language("es", ["en", "de"]), None);
/// ```
#[must_use]
pub fn preferred_language<'l>(header: &str, languages: impl IntoIterator<Item = &'l str>) -> Option<&'l str> {
    let languages: Vec<&str> = languages.into_iter().collect();
    let mut ranges: Vec<(&str, u16)> = header.split(',').take(MOST_RANGES).filter_map(range).collect();
    // Stable: equal weights keep their order.
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let is_excluded = |tag: &str| ranges.iter().any(|(range, weight)| *weight == 0 && is_prefix(range, tag));
    let wanted = ranges.iter().filter(|(_, weight)| *weight > 0);
    wanted.filter_map(|(range, _)| find(range, &languages, is_excluded)).next()
}

/// No browser sends so many; what comes after is not read.
const MOST_RANGES: usize = 64;

/// One member of the header: a range, and its weight in thousandths.
fn range(member: &str) -> Option<(&str, u16)> {
    let mut parts = member.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => weight(parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?)?,
    };
    Some((range, weight))
}

/// `qvalue` of RFC 9110 §12.4.2, in thousandths.
fn weight(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

fn find<'l>(range: &str, languages: &[&'l str], is_excluded: impl Fn(&str) -> bool) -> Option<&'l str> {
    let mut open = languages.iter().copied().filter(|tag| !is_excluded(tag));
    if range == "*" {
        return open.next();
    }
    let open: Vec<&str> = open.collect();
    let mut shortened = range;
    loop {
        if let Some(found) = open.iter().find(|tag| tag.eq_ignore_ascii_case(shortened)) {
            return Some(found);
        }
        match shortened.rsplit_once('-') {
            Some((rest, _)) => shortened = rest,
            None => return open.into_iter().find(|tag| is_prefix(shortened, tag)),
        }
    }
}

/// Whether a range matches a tag: it is the tag, or its beginning up to a hyphen (RFC 4647 §3.3.1).
fn is_prefix(range: &str, tag: &str) -> bool {
    let start = tag.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
    start && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// The direction of a language's usual script, as the attribute `dir` spells it: `ltr` or `rtl`.
///
/// # Example
/// ```
/// use consent_gate::ui::direction;
///
/// assert_eq!((direction("ar-EG"), direction("de")), ("rtl", "ltr"));
/// assert_eq!((direction("az-Arab"), direction("ks-Latn")), ("rtl", "ltr"));
/// ```
#[must_use]
pub fn direction(language: &str) -> &'static str {
    let mut subtags = language.split('-');
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    // The script, four letters, where it is stated (RFC 5646 §2.2.3).
    let script = subtags.find(|subtag| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is_rtl = match script {
        Some(script) => RTL_SCRIPTS.iter().any(|known| known.eq_ignore_ascii_case(script)),
        None => RTL_LANGUAGES.contains(&&*primary),
    };
    if is_rtl { "rtl" } else { "ltr" }
}

const RTL_SCRIPTS: [&str; 9] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

/// Languages written from right to left where no script is stated (CLDR, likely subtags).
const RTL_LANGUAGES: [&str; 17] =
    ["ar", "arz", "ckb", "dv", "fa", "glk", "he", "iw", "ks", "lrc", "mzn", "nqo", "ps", "sd", "ug", "ur", "yi"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_range_that_the_site_has_is_taken() {
        for (header, expected) in [
            ("de", Some("de")),
            ("DE-ch", Some("de")),
            ("fr, de;q=0.5, en;q=0.7", Some("en")),
            ("de;q=0.5, en;q=0.5", Some("de")),
            ("de;q=0.501, en;q=0.502", Some("en")),
            ("pt", Some("pt-BR")),
            ("pt-PT", Some("pt-BR")),
            ("*", Some("en")),
            ("en;q=0, *", Some("de")),
            ("de;q=0, de-CH", None),
            ("fr", None),
            ("", None),
            ("den", None),
            ("de;q=2, en;q=x, pt;q=0.1234", None),
            ("de;level=1, en;q=0.1", Some("en")),
            (",,;q=1, en", Some("en")),
            ("de ; q=0.5 ,en;Q=0.4", Some("de")),
            ("de;q=0.", None),
            ("de;q=1.000", Some("de")),
        ] {
            assert_eq!(preferred_language(header, ["en", "de", "pt-BR"]), expected, "{header:?}");
        }
    }

    #[test]
    fn a_header_of_any_length_is_read_in_linear_time() {
        let long = "x,".repeat(100_000) + "de";
        assert_eq!(preferred_language(&long, ["en", "de"]), None, "what comes after the first ranges is not read");
    }
}
