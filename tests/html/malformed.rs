//! Pages that are not well-formed: the same in every chunk size, and nothing unfiltered after a fault.

use super::{in_chunks, refused, rewrite_bytes};
use consent_gate::html::{Error, Options};

const PAGES: &[&str] = &[
    "<!doctype html><html><head><title>é</title><script src=//x.example></script></head><body><img src=//x.example>",
    "<img src=//x.example",
    "<img src='//x.example",
    "<img src=//x.example <p>",
    "<p><b><i>unclosed<img src=//x.example>",
    "</p></div></script><img src=//x.example>",
    "<template><template><img src=//x.example></template><img src=//x.example>",
    "<plaintext><img src=//x.example></plaintext>",
    "<PLAINTEXT>x",
    "<IMG SRC=\"//X.EXAMPLE\"ALT=x><img src='//x.example'alt=x><img =src src=//x.example>",
    "<img src=//x.example/a\"b'c><img \"src\"=//x.example><img src==//x.example>",
    "a\0b<img\0src=//x.example><img src=\0//x.example><img alt=\0 src=//x.example>\0",
    "<!--><img src=//x.example>--><!-- <img src=//x.example> ",
    "<![CDATA[<img src=//x.example>]]><svg><![CDATA[<img src=//x.example>]]></svg>",
    "<?xml?><img src=//x.example><!x><//>",
    "<script>'</script'</script><script><!--<script></script>--></script><img src=//x.example>",
    "<style>a{b:url(//x.example)}</styl></style ><style>@import '//x.example'",
    "<noscript><img src=//x.example></noscript ><noscript><img src=//x.example>",
    "<noscript><noscript><img src=//x.example></noscript></noscript><img src=//x.example>",
    "<svg><style><a>b{c:url(//x.example)}</a></style><style>d{e:url(//x.example)}",
    "<svg><style><p><style>a{b:url(//x.example)}</style></svg><img src=//x.example>",
    "<svg><foreignObject><style>a{b:url(//x.example)}</style><noscript><img src=//x.example></noscript></svg>",
    "<iframe src=//x.example><p></iframe><iframe src=//x.example><p>",
    "<iframe srcdoc='<img src=//x.example><style>a{b:url(//x.example'></iframe>é𝄞",
    "<textarea><img src=//x.example></textarea><title><img src=//x.example></title><xmp><img src=//x.example></xmp>",
    "<p style='background:url(//x.example);content:\"é𝄞\"' title=𝄞>𝄞<img alt=𝄞 src=//x.example/𝄞>",
    "<math><mi><img src=//x.example></mi><annotation-xml><style>a{b:url(//x.example)}</style></math>",
    "\u{feff}<p>é<img src=//x.example>",
    "<a<b><img src=//x.example></a<b>",
    "<",
    "</",
    "<!",
    "",
];

#[test]
fn every_chunk_size_gives_the_same_page() {
    for page in PAGES {
        let page = page.as_bytes();
        let whole = rewrite_bytes(&refused(), page);
        for size in 1..=page.len() {
            let (out, end) = in_chunks(&refused(), Options::new(), page, size);
            assert_eq!(end, Ok(()));
            assert_eq!(out, whole, "{} in {size}", String::from_utf8_lossy(page));
        }
    }
}

#[test]
fn every_place_of_one_border_gives_the_same_page() {
    for page in PAGES {
        let whole = rewrite_bytes(&refused(), page.as_bytes());
        for place in 0..page.len() {
            let mut out = Vec::new();
            let mut rewriter = consent_gate::html::Rewriter::new(&refused(), Options::new()).unwrap();
            let (first, second) = page.as_bytes().split_at(place);
            rewriter.write(first, |bytes| out.extend_from_slice(bytes)).unwrap();
            rewriter.write(second, |bytes| out.extend_from_slice(bytes)).unwrap();
            rewriter.end(|bytes| out.extend_from_slice(bytes)).unwrap();
            assert_eq!(out, whole, "{page} at {place}");
        }
    }
}

#[test]
fn a_page_that_was_rewritten_stays_as_it_is() {
    for page in PAGES {
        let once = rewrite_bytes(&refused(), page.as_bytes());
        assert_eq!(rewrite_bytes(&refused(), &once), once, "{page}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_pass_as_they_are() {
    let page = b"<p title='\xff\xfe'>\x80<style>a{b:'\xff';c:url(/own)}</style><noscript>\xe4<b>\xff</b></noscript><!--\xff-->";
    let name = b"<iframe data-\0src\xf6\xf5=//x.example><img data-\xc3\x9csrc=//x.example>";
    for page in [&page[..], name] {
        for size in [1, 7, usize::MAX] {
            assert_eq!(in_chunks(&refused(), Options::new(), page, size), (page.to_vec(), Ok(())));
        }
    }
}

#[test]
fn markup_of_two_meanings_ends_the_page_and_nothing_unfiltered_follows() {
    for trap in ["<select><xmp><script>1</script></select>", "<frameset><script>1</script>", "<select><noscript><i>"] {
        let page = format!("<p>before</p><img src=//x.example>{trap}<img src=//y.example>");
        for size in [1, 3, 1000] {
            let (out, end) = in_chunks(&refused(), Options::new(), page.as_bytes(), size);
            let out = String::from_utf8(out).unwrap();
            if end.is_ok() {
                assert!(!out.contains(" src="), "{out}");
                continue;
            }
            assert_eq!(end, Err(Error::Ambiguous));
            assert!(
                "<p>before</p><img data-consent-src=\"//x.example\" data-consent-denied=\"undeclared\">"
                    .starts_with(&out[..out.len().min(40)]),
                "{out}"
            );
            assert!(!out.contains("y.example") && !out.contains(" src="), "{out}");
        }
    }
    assert_eq!(in_chunks(&refused(), Options::new(), b"<select><xmp><script>", 1000).1, Err(Error::Ambiguous));
}

#[test]
fn a_megabyte_in_one_attribute_is_read_in_every_chunk_size() {
    let filler = "x".repeat(1 << 20);
    for page in [
        format!("<img alt='{filler}' src=//x.example>"),
        format!("<img src='//x.example/{filler}'>"),
        format!("<p style='a:{filler};b:url(//x.example)'>"),
        format!("<p title='{filler}'><img src=//x.example>"),
        format!("<{filler}><img src=//x.example>"),
    ] {
        let whole = rewrite_bytes(&refused(), page.as_bytes());
        assert_ne!(whole, page.as_bytes());
        for size in [512, 16_384, 100_001] {
            assert_eq!(in_chunks(&refused(), Options::new(), page.as_bytes(), size), (whole.clone(), Ok(())));
        }
    }
}

#[test]
fn what_does_not_fit_into_memory_ends_the_page() {
    let options = || Options::new().max_memory(64 << 10);
    let filler = "x".repeat(200 << 10);
    for page in [
        format!("<p>a</p><img alt='{filler}' src=//x.example>"),
        format!("<p>a</p><style>{filler} a{{b:url(//x.example)}}</style>"),
        format!("<p>a</p><noscript>{filler}<img src=//x.example></noscript>"),
        format!("<p>a</p><style>{filler}"),
    ] {
        let (out, end) = in_chunks(&refused(), options(), page.as_bytes(), 1000);
        assert_eq!(end, Err(Error::TooLarge(64 << 10)));
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("<p>a</p>") && !out.contains("x.example"), "{}", &out[..40.min(out.len())]);
    }
    // Text, comments and scripts are not held.
    let page = format!("<p>{filler}</p><!--{filler}--><script>{filler}</script><textarea>{filler}");
    assert_eq!(in_chunks(&refused(), options(), page.as_bytes(), 1000), (page.into_bytes(), Ok(())));
}
