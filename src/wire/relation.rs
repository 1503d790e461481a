//! What browsers do with a link by its relations: of `<link rel>` and of the `Link` header alike.

use super::addresses::words;

/// What becomes of an address, from the least to the most.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Use {
    /// Its origin is looked up, or connected to; its path means nothing.
    Connection,
    /// An image, a script, something that loads nothing further.
    Resource,
    /// A document, or a style sheet, that loads what it names.
    Document,
}

/// Every relation by which some browser loads what a link names, or gets ready to. Firefox fetches the `next` page ahead.
static RELATIONS: [(&str, Use); 20] = [
    ("preconnect", Use::Connection),
    ("dns-prefetch", Use::Connection),
    ("preload", Use::Resource),
    ("prefetch", Use::Resource),
    ("next", Use::Resource),
    ("modulepreload", Use::Resource),
    ("icon", Use::Resource),
    ("mask-icon", Use::Resource),
    ("apple-touch-icon", Use::Resource),
    ("apple-touch-icon-precomposed", Use::Resource),
    ("apple-touch-startup-image", Use::Resource),
    ("fluid-icon", Use::Resource),
    ("manifest", Use::Resource),
    ("serviceworker", Use::Resource),
    ("compression-dictionary", Use::Resource),
    ("monetization", Use::Resource),
    ("subresource", Use::Resource),
    ("stylesheet", Use::Document),
    ("import", Use::Document),
    ("prerender", Use::Document),
];

/// The most that a browser does by the relations of a `rel`; `None` where it loads nothing (`canonical`, `prev`).
pub(crate) fn most_by(rel: &str) -> Option<Use> {
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
            ("DNS-Prefetch\tpreconnect", Some(Use::Connection)),
            ("preconnect next", Some(Use::Resource)),
            ("stylesheet preload", Some(Use::Document)),
            ("alternate StyleSheet", Some(Use::Document)),
        ] {
            assert_eq!(most_by(rel), used, "{rel}");
        }
    }
}
