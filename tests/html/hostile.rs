//! Spellings by which a denied address has been seen to pass naive readers.

use super::{accepted, denied, gate, refused, rewrite, rewrite_bytes, stays};
use consent_gate::html::{Error, Options, Rewriter};

/// Every spelling of `https://px.lumen.example/v.gif` that a browser takes for it.
const SPELLINGS: &[&str] = &[
    "&#104;ttps://px.lumen.example/v.gif",
    "&#x68;&#X74;tps&colon;&sol;&sol;px&period;lumen.example/v.gif",
    "&#47;&#47px.lumen.example/v.gif",
    "https&colon;//px.lumen.example/v.gif",
    "ht\ntps://px.lumen.example/v.gif",
    "ht&Tab;tps://px.lumen&NewLine;.example/v.gif",
    "\\\\px.lumen.example\\v.gif",
    "/\t/px.lumen.example/v.gif",
    "/\\px.lumen.example/v.gif",
    "https:\\\\px.lumen.example/v.gif",
    "https:////px.lumen.example/v.gif",
    "HTTPS://PX.LUMEN.EXAMPLE/v.gif",
    "https://calminteraction.example@px.lumen.example/v.gif",
    "https://calminteraction.example:x@px.lumen.example/v.gif",
    "https://px.lumen.example./v.gif",
    "https://px.lumen.example:443/v.gif",
    "https://px%2elumen.example/v.gif",
    "https://px.lumen.example/a/../v.gif",
    "https://px.lumen.example/./%2e/v.gif#x",
    "https://\u{ff50}\u{ff58}.lumen.example/v.gif",
    "https://px\u{3002}lumen.example/v.gif",
    "https://px.lu\u{ad}men.example/v.gif",
    "  \u{1}https://px.lumen.example/v.gif ",
    "//px.lumen.example/v.gif",
];

#[test]
fn every_spelling_of_a_denied_address_is_denied_and_of_an_allowed_one_allowed() {
    for spelling in SPELLINGS {
        let page = format!("<img src=\"{spelling}\">");
        denied(&page, "src");
        assert_eq!(rewrite(&accepted(), &page), page);
    }
}

#[test]
fn a_unicode_host_is_its_punycode() {
    for spelling in ["https://b\u{fc}cher.example/a", "https://B%C3%9CCHER.example/a", "https://b&uuml;cher.example/a"]
    {
        let page = format!("<img src='{spelling}'>");
        denied(&page, "src");
        assert_eq!(rewrite(&accepted(), &page), page);
    }
    denied("<img src='https://b\u{fb}cher.example/a'>", "src");
}

#[test]
fn names_of_elements_and_attributes_are_read_in_any_case() {
    denied("<IMG Data-X=1 SRC=//x.example>", "src");
    denied("<ScRiPt\nsrC = '//x.example'></sCript>", "src");
    denied("<img/src=//x.example>", "src");
    denied("<img\x0csrc\t=\n//x.example\n>", "src");
    denied("<img src=`//x.example` src=//x.example srcset=//x.example>", "srcset");
}

#[test]
fn of_two_attributes_of_one_name_the_first_counts_and_the_second_does_not_take_over() {
    denied("<img src=//x.example src=//y.example>", "src");
    denied("<img src=//x.example SRC=/own.png>", "src");
    stays("<img src=/own.png src=//x.example>");
}

#[test]
fn a_base_moves_relative_addresses() {
    denied("<base href=//x.example><img src=v.gif>", "src");
    denied("<base href='https://px.lumen.example/a/'><img src=../v.gif>", "src");
    denied("<base href='//cdn.example/'><img src='//x.example/'>", "src");
    stays("<base href='//cdn.example/'><img src=v.gif>");
    stays("<base href=/course/><img src=v.gif>");
    // In a template it never counts, so another may.
    denied("<template><base href=/a/></template><base href=//x.example><img src=v.gif>", "src");
    denied("<noscript><base href=//x.example></noscript><img src=v.gif>", "src");
    // Browsers load some of what came before it late.
    denied("<img loading=lazy src=v.gif><base href=//x.example>", "href");
    let out = rewrite(&refused(), "<iframe srcdoc='<base href=//x.example><img src=v.gif>'></iframe>");
    assert!(out.contains("<img data-consent-src="), "{out}");
}

#[test]
fn more_bases_than_a_page_has_lose_their_power() {
    let bases: String = (0..6).map(|n| format!("<base href=/{n}/>")).collect();
    let out = rewrite(&refused(), &bases);
    assert_eq!(out.matches("data-consent-href").count(), 2, "{out}");
}

#[test]
fn an_address_that_is_relative_or_not_by_the_scheme_of_the_page_is_judged_as_both() {
    denied("<img src='https:x.example/v.gif'>", "src");
    denied("<img src='https:/x.example/v.gif'>", "src");
}

#[test]
fn an_address_that_no_browser_reads_is_denied() {
    for address in ["https://", "https://a b/", "https://[::1/", "https://x.example:99999/", "http://\u{fffd}/"] {
        denied(&format!("<img src='{address}'>"), "src");
    }
    // The browser's replacement of a NUL is not in any host.
    let out = rewrite_bytes(&refused(), b"<img src=https://px.lumen.example\0/v.gif>");
    assert!(String::from_utf8_lossy(&out).contains("data-consent-src"));
}

#[test]
fn what_has_the_origin_of_the_page_is_our_own() {
    let mut out = Vec::new();
    let options = Options::new().page("http://localhost:3000/a/b");
    let mut rewriter = Rewriter::new(&refused(), options).unwrap();
    let page = "<img src=v.gif><img src=http://localhost:3000/v.gif><img src=//localhost:3000//x.example/>";
    rewriter.write(page.as_bytes(), |bytes| out.extend_from_slice(bytes)).unwrap();
    rewriter.write(b"<img src=http://localhost:3001/>", |bytes| out.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| out.extend_from_slice(bytes)).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with(page) && out[page.len()..].contains("data-consent-src"), "{out}");
}

#[test]
fn a_page_address_must_be_a_whole_one() {
    for page in ["/lesson", "calminteraction.example", "data:text/html,x", ""] {
        let error = Rewriter::new(&refused(), Options::new().page(page)).unwrap_err();
        assert_eq!(error, Error::Page(page.to_owned()));
    }
}

#[test]
fn noscript_is_two_pages_in_one() {
    denied("<noscript><img height=1 src='https://px.lumen.example/v.gif?noscript=1'/></noscript><p>", "src");
    denied("<head><noscript><link rel=stylesheet href=//x.example></noscript></head>", "href");
    denied("<noscript><p>unclosed <img src=//x.example>", "src");
    stays("<noscript><p>unclosed, <b>all of it");
    stays("<noscript></noscript><noscript>a</noscript>");
    // With script, a page follows the end tag; without, it stands in a comment, an attribute, a style.
    for open in ["<!-- ", "<p title='", "<style>", "<textarea>", "<script>", "<p "] {
        let out = rewrite(&refused(), &format!("a<noscript>{open}</noscript>b"));
        assert_eq!(out, "a<noscript></noscript>b", "{open}");
    }
}

#[test]
fn an_essential_provider_is_not_touched() {
    assert!(gate().policy().trackers.iter().any(|tracker| tracker.name == "https://cdn.example/"));
    stays("<link rel=stylesheet href='https://cdn.example/a.css'><img src='//CDN.example/é b.png'>");
}
