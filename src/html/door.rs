//! Where a page can make a browser load something: elements, attributes, and how each is read.
//!
//! - An attribute by which *scripts* load later (`data-src` and its like) is a door as well: the script that moves it into
//!   `src` runs after the page was judged.
//! - Names differ by element, except those in the last lists, which are looked at on any element.
//! - Links that a person must click, and forms, are no doors: nothing is loaded until the visitor acts.

use lol_html::Selector;
use std::sync::LazyLock;

/// How the value of an attribute is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ElementDoor {
    /// One address.
    Address,
    /// One address of something that can load more: a frame, a plug-in's document.
    Document,
    /// Addresses set apart by spaces.
    Addresses,
    /// The candidates of a responsive image.
    Srcset,
    /// The address of a `link`, which loads by what `rel` says.
    Link,
    /// Declarations of CSS, or one value.
    Css,
    /// A whole page.
    Page,
    /// A `meta` that may send the browser elsewhere.
    Refresh,
    /// What relative addresses are resolved against.
    Base,
    /// What an animation sets some other attribute to.
    Animation,
    /// An address by which some script loads, or any other text.
    Lazy,
}

/// Everything that is looked at, as one CSS selector: what the rewriter costs begins with what its parser must look for.
/// A form is looked at for the placeholders in it, a body for what the host puts there, a template for bodies that are not the page's.
const SELECTOR: &str = include_str!("selector.txt");

/// The same, parsed once. Several selectors cost more.
#[allow(clippy::expect_used)] // A constant, that every test of the rewriter parses.
pub(super) static DOORS: LazyLock<Selector> = LazyLock::new(|| SELECTOR.trim_end().parse().expect("a selector"));

/// How an attribute of an element is read; `None` when it loads nothing. Both names in lower case.
pub(super) fn by_names(element: &str, attribute: &str) -> Option<ElementDoor> {
    let door = match (attribute, element) {
        ("src", "iframe" | "frame" | "portal" | "fencedframe" | "embed") => ElementDoor::Document,
        ("src", "script" | "img" | "image" | "source" | "video" | "audio" | "track" | "input" | "model" | "mglyph") => {
            ElementDoor::Address
        }
        ("href" | "xlink:href", "script" | "image" | "use" | "feimage" | "pattern" | "filter")
        | ("href" | "xlink:href", "textpath" | "mpath" | "lineargradient" | "radialgradient") => ElementDoor::Address,
        ("href", "link") => ElementDoor::Link,
        ("href", "base") => ElementDoor::Base,
        ("srcset", "img" | "image" | "source") | ("imagesrcset", "link") => ElementDoor::Srcset,
        ("poster", "video") => ElementDoor::Address,
        ("data", "object") => ElementDoor::Document,
        ("srcdoc", "iframe") => ElementDoor::Page,
        ("ping", "a" | "area") => ElementDoor::Addresses,
        ("content", "meta") => ElementDoor::Refresh,
        ("to" | "from" | "by" | "values", "animate" | "set") => ElementDoor::Animation,
        ("background", _) => ElementDoor::Address,
        ("attributionsrc", _) => ElementDoor::Addresses,
        ("style", _) => ElementDoor::Css,
        // Attributes of SVG that take a `url(…)`, which browsers follow to other documents.
        ("fill" | "stroke" | "filter" | "mask" | "clip-path" | "cursor", _) => ElementDoor::Css,
        ("marker-start" | "marker-mid" | "marker-end", _) => ElementDoor::Css,
        // What widespread scripts load late, on any element.
        ("data-src" | "data-lazy" | "data-lazy-src" | "data-original" | "data-bg" | "data-bgset" | "data-url", _)
        | ("data-background" | "data-background-image" | "data-iframe-src", _) => ElementDoor::Lazy,
        (_, "img" | "iframe" | "source" | "video" | "audio" | "embed" | "object" | "script" | "link")
            if is_lazy(attribute) =>
        {
            ElementDoor::Lazy
        }
        _ => return None,
    };
    Some(door)
}

/// Whether a script may read from the attribute what its element is to load, by the usual names: `data-flickity-lazyload`,
/// `data-cfsrc`, `data-rocket-src`, `data-ll-srcset`, `data-src-retina`. What we have put out of use is not among them.
fn is_lazy(attribute: &str) -> bool {
    let Some(name) = attribute.strip_prefix("data-").filter(|name| !name.starts_with("consent")) else {
        return false;
    };
    // Nobody's script reads any other name, and not every charset has one way to write it.
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_plain && ["src", "href", "lazy", "original", "poster"].iter().any(|word| name.contains(word))
}
