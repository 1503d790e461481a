//! What browsers do with a link by its relations: of `<link rel>` and of the `Link` header alike.

use super::addresses::words;

/// What a browser does with an address, from the least to the most.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Load {
    /// Its origin is looked up, or connected to; its path means nothing.
    Connection,
    /// An image, a script, something that loads nothing further.
    Resource,
    /// A document, or a style sheet, that loads what it names.
    Document,
}

/// Every relation by which some browser loads what a link names, or gets ready to. Firefox fetches the `next` page ahead.
static RELATIONS: [(&str, Load); 20] = [
    ("preconnect", Load::Connection),
    ("dns-prefetch", Load::Connection),
    ("preload", Load::Resource),
    ("prefetch", Load::Resource),
    ("next", Load::Resource),
    ("modulepreload", Load::Resource),
    ("icon", Load::Resource),
    ("mask-icon", Load::Resource),
    ("apple-touch-icon", Load::Resource),
    ("apple-touch-icon-precomposed", Load::Resource),
    ("apple-touch-startup-image", Load::Resource),
    ("fluid-icon", Load::Resource),
    ("manifest", Load::Resource),
    ("serviceworker", Load::Resource),
    ("compression-dictionary", Load::Resource),
    ("monetization", Load::Resource),
    ("subresource", Load::Resource),
    ("stylesheet", Load::Document),
    ("import", Load::Document),
    ("prerender", Load::Document),
];

/// The most that a browser does by the relations of a `rel`; `None` where it loads nothing (`canonical`, `prev`).
pub(crate) fn most_by(rel: &str) -> Option<Load> {
    let used = |word: &str| RELATIONS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, used)| *used);
    words(rel).filter_map(used).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_relations_the_one_that_does_most_counts() {
        for (rel, used) in [
            ("", None),
            ("canonical alternate", None),
            ("DNS-Prefetch\tpreconnect", Some(Load::Connection)),
            ("preconnect next", Some(Load::Resource)),
            ("stylesheet preload", Some(Load::Document)),
            ("alternate StyleSheet", Some(Load::Document)),
        ] {
            assert_eq!(most_by(rel), used, "{rel}");
        }
    }
}
