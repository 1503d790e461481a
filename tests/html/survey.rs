//! What the law asks of pages, and what the best of the others do, by the ids of our survey.
//!
//! U10 to U12 and T12 are in `layer.rs`, L1 to L3 and U12's tag in `insertions.rs`: they are about whole responses, and
//! about what is put into a page. F3, F5, F10 to F14, F18, F19, L4 to L10 and U9 are about cookies and forms.

use super::{accepted, analytics, gate, refused, rewrite, undecided};
use consent_gate::html::{Options, Rewriter};
use consent_gate::{Category, Facts, testing};
use std::sync::{Arc, Mutex};

const PIXEL: &str = "https://px.lumen.example/v.gif";
const FRAME: &str = "<iframe src=https://clip.example/embed/1></iframe>";

/// Pixels, beacons, frames and scripts in pages take a category and pass the gate (EDPB 2/2023).
#[test]
fn r27_whatever_a_page_loads_takes_a_category() {
    for page in [
        format!("<img src={PIXEL}>"),
        format!("<noscript><img src={PIXEL}?noscript=1></noscript>"),
        format!("<script src={PIXEL}></script>"),
        format!("<a href=/x ping={PIXEL}>x</a>"),
        format!("<p style='background:url({PIXEL})'>"),
        format!("<iframe hidden src={PIXEL}></iframe>"),
    ] {
        for (visitor, code) in [(undecided(), "undecided"), (refused(), "refused")] {
            let out = rewrite(&visitor, &page);
            assert!(out.contains(&format!("data-consent-denied=\"{code}\"")), "{page} became {out}");
        }
        assert_eq!(rewrite(&analytics(), &page), page);
    }
}

/// F1 and F4: removed before consent, and every byte kept with it.
#[test]
fn f1_f4_marketing_goes_before_consent_and_stays_whole_with_it() {
    let page = format!("<p a='b'>text</p>\n<IMG  SRC = \"{PIXEL}?x=1&amp;y\"  ALT=''>{FRAME}");
    let out = rewrite(&undecided(), &page);
    assert!(!out.contains(" SRC ") && !out.contains("<iframe"), "{out}");
    assert_eq!(rewrite(&accepted(), &page), page);
}

/// Diagnostics name the place and never hold a value, a path or a query.
#[test]
fn f2_what_is_told_of_a_change_holds_no_path_and_no_query() {
    let told = Arc::new(Mutex::new(String::new()));
    let heard = told.clone();
    let options = Options::new().on_edit(move |edit| *heard.lock().unwrap() += &format!("{edit:?} {edit}\n"));
    let mut rewriter = Rewriter::new(&refused(), options).unwrap();
    let page = format!(
        "<img src='{PIXEL}?secret'><img src='https://secret:secret@x.example/secret'><img srcset='//x.example/secret 1x'>\
         <script type=importmap>{{\"imports\": {{\"secret\": \"//x.example/secret\"}}}}</script>\
         <style>a{{b:url(//x.example/secret)}}</style><iframe srcdoc='<img src=//x.example/?secret>'></iframe>"
    );
    rewriter.write(page.as_bytes(), |_| ()).unwrap();
    rewriter.end(|_| ()).unwrap();
    let told = told.lock().unwrap();
    assert_eq!(told.lines().count(), 6, "{told}");
    assert!(!told.contains("secret"), "{told}");
}

/// The denial of one provider beats the grant of its category, and is honoured though no category is blocked.
#[test]
fn f6_f8_a_provider_refused_by_name_is_denied_in_pages() {
    let visitor = accepted();
    visitor.refuse_provider("clip").unwrap();
    let out = rewrite(&visitor, &format!("{FRAME}<img src={PIXEL}>"));
    assert!(out.contains("data-consent-denied=\"provider-refused\""), "{out}");
    assert!(out.ends_with(&format!("<img src={PIXEL}>")), "{out}");
}

/// Without an answer, in a region where nothing else is known, nothing loads.
#[test]
fn f9_asking_first_is_the_default() {
    let unknown = gate().visitor([("", ""); 0], Facts::default(), testing::now());
    assert!(rewrite(&unknown, &format!("<img src={PIXEL}>")).contains("data-consent-denied"));
}

/// GPC takes sale and sharing from a page, keeps our own analytics, and "accept all" does not lift it.
#[test]
fn f17_gpc_shapes_the_page() {
    let california = || Facts::in_region("US-CA".parse().unwrap());
    let page = format!("<img src={PIXEL}>{FRAME}");
    let objects = gate().visitor([("sec-gpc", "1")], california(), testing::now());
    let out = rewrite(&objects, &page);
    assert!(out.starts_with(&format!("<img src={PIXEL}>")) && !out.contains("<iframe"), "{out}");
    let cookie = testing::cookie(&gate(), gate().offered(), testing::now());
    let accepts = gate().visitor([("sec-gpc", "1"), ("cookie", cookie.as_str())], california(), testing::now());
    assert!(!rewrite(&accepts, &page).contains("<iframe"));
    assert!(gate().visitor([("", ""); 0], california(), testing::now()).may_track(Category::ANALYTICS));
}
