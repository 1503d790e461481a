//! Frames: the placeholder in place of a denied one, and pages within pages.

use super::{accepted, analytics, denied, gate, refused, rewrite, stays};
use consent_gate::html::{Options, Rewriter, Texts};
use consent_gate::policy::{Technology, Tracker};
use consent_gate::{Facts, Gate, testing};

const VIDEO: &str = "<iframe id=v class='w' title=T src=https://clip.example/embed/1?a=1>old</iframe><p>on</p>";

#[test]
fn a_denied_frame_becomes_a_placeholder_with_a_button_for_the_one_provider() {
    assert_eq!(
        rewrite(&analytics(), VIDEO),
        "<fieldset id=\"v\" class=\"w\" title=\"T\" data-consent-src=\"https://clip.example/embed/1?a=1\" \
         data-consent-denied=\"refused\"><legend>Clip &amp; Co</legend>\
         <p>Content from Clip &amp; Co belongs here. It was not loaded: you have refused this kind of content.</p>\
         <form method=\"post\" action=\"/privacy\"><button name=\"provider\" value=\"clip\">Load content from Clip &amp; Co\
         </button></form></fieldset><p>on</p>"
    );
    assert_eq!(rewrite(&accepted(), VIDEO), VIDEO);
    assert!(rewrite(&testing::undecided(&gate()), VIDEO).contains("you have not said yet"));
}

#[test]
fn a_placeholder_keeps_every_attribute_of_the_frame() {
    let out = rewrite(
        &refused(),
        "<iframe sandbox='allow-scripts' allow=\"fullscreen; x='&quot;'\" ALLOWFULLSCREEN referrerpolicy=no-referrer loading=lazy \
         name=n onload='a()' data-own=1 data-consent=analytics aria-label=L class=w sandbox src=//x.example/ src=//y.example/></iframe>",
    );
    let (tag, _) = out.split_once('>').unwrap();
    assert_eq!(
        tag,
        "<fieldset data-consent-sandbox=\"allow-scripts\" data-consent-allow=\"fullscreen; x='&quot;'\" \
         data-consent-allowfullscreen=\"\" data-consent-referrerpolicy=\"no-referrer\" data-consent-loading=\"lazy\" \
         data-consent-name=\"n\" data-consent-onload=\"a()\" data-consent-data-own=\"1\" data-consent-data-consent=\"analytics\" \
         data-consent-aria-label=\"L\" class=\"w\" data-consent-src=\"//x.example/\" data-consent-denied=\"undeclared\""
    );
}

#[test]
fn an_attribute_of_a_frame_cannot_end_the_tag_of_its_placeholder_nor_speak_for_the_gate() {
    let out = rewrite(
        &refused(),
        "<iframe a\"b=1 c<d=2 =e=3 data-consent-denied=no data-consent-src=/own title='\"><script>' src=//x.example></iframe>",
    );
    let start = "<fieldset title=\"&quot;><script>\" data-consent-src=\"//x.example\" data-consent-denied=\"undeclared\"><legend>";
    assert!(out.starts_with(start), "{out}");
}

#[test]
fn a_placeholder_keeps_how_large_the_frame_was() {
    let out =
        rewrite(&refused(), "<iframe src=//x.example width=560 height='50%' style='width:100%;border:0'></iframe>");
    assert!(
        out.contains("data-consent-width=\"560\" data-consent-height=\"50%\" style=\"width:100%;border:0\""),
        "{out}"
    );
    for style in ["background:url(//x.example)", "b:u\\72l(//x.example)", "b:url&#40;//x.example)"] {
        let out = rewrite(&refused(), &format!("<iframe src=//x.example style='{style}'></iframe>"));
        let (tag, _) = out.split_once('>').unwrap();
        assert!(tag.starts_with("<fieldset ") && tag.contains("about:invalid"), "{out}");
        assert_eq!(tag.matches("x.example").count(), 1, "{out}");
    }
    let out = rewrite(
        &refused(),
        "<iframe src=//x.example style='width:calc(100% - 2px);background:url(/own.png)'></iframe>",
    );
    assert!(out.contains(" style=\"width:calc(100% - 2px);background:url(/own.png)\""), "{out}");
}

#[test]
fn the_button_helps() {
    let visitor = refused();
    assert!(rewrite(&visitor, VIDEO).contains("value=\"clip\""));
    visitor.grant_provider("clip").unwrap();
    assert_eq!(rewrite(&visitor, VIDEO), VIDEO);
}

#[test]
fn there_is_no_button_where_it_could_not_help() {
    let undeclared = rewrite(&refused(), "<iframe src=//other.example/x></iframe>");
    assert!(undeclared.contains("<legend>other.example</legend>") && !undeclared.contains("<form"), "{undeclared}");
    let gate = gate();
    let california = Facts::in_region("US-CA".parse().unwrap());
    let visitor = gate.visitor([("sec-gpc", "1")], california, testing::now());
    let objected = rewrite(&visitor, VIDEO);
    assert!(objected.contains("your browser asks not to be tracked") && !objected.contains("<form"), "{objected}");
}

#[test]
fn a_frame_that_our_own_host_serves_for_a_provider_has_a_button_for_it() {
    let mut policy = gate().policy().clone();
    let own = "https://calminteraction.example/player/";
    let purpose = policy.trackers[0].purpose.clone();
    policy.trackers.push(Tracker::new(own, Technology::Frame, "personalization").provider("clip").purpose(purpose));
    let refused = testing::refused(&Gate::new(policy).unwrap());
    for address in ["/player/1", "https://calminteraction.example/player/1"] {
        let out = rewrite(&refused, &format!("<iframe src={address}></iframe>"));
        assert!(out.contains("<legend>Clip &amp; Co</legend>") && out.contains("value=\"clip\""), "{out}");
    }
}

#[test]
fn in_a_form_the_placeholder_links_to_the_settings() {
    let out = rewrite(&refused(), &format!("<form><div>{VIDEO}</div></form>{VIDEO}"));
    let (within, after) = out.split_once("</form>").unwrap();
    assert!(within.contains("<a href=\"/privacy\">Privacy settings</a>") && !within.contains("<button"), "{within}");
    assert!(after.contains("<button"), "{after}");
}

#[test]
fn the_host_chooses_words_and_where_to_post() {
    let texts = Texts { withheld: "<{name}>: {reason}".to_owned(), allow: "ja".to_owned(), ..Texts::default() };
    let options = Options::new().action("/de/privacy?a=1&b=\"").texts(Texts { reason: |_| "weil", ..texts });
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(&refused(), options).unwrap();
    rewriter.write(VIDEO.as_bytes(), |bytes| out.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| out.extend_from_slice(bytes)).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("<p>&lt;Clip &amp; Co&gt;: weil</p>"), "{out}");
    assert!(out.contains("action=\"/de/privacy?a=1&amp;b=&quot;\""), "{out}");
}

#[test]
fn a_hidden_frame_loses_its_address_and_shows_nothing() {
    for hidden in ["hidden", "width=0", "height=1", "style='display: none'", "style=visibility:hidden", "height=0px"] {
        denied(&format!("<iframe {hidden} src=//clip.example/embed/1></iframe>"), "src");
    }
}

#[test]
fn a_frame_whose_end_is_missing_takes_nothing_with_it_that_a_browser_would_show() {
    let out = rewrite(&refused(), "<p>a</p><iframe src=//clip.example/embed/1><script src=//x.example></script>");
    assert!(out.starts_with("<p>a</p><fieldset ") && !out.contains("<script"), "{out}");
}

#[test]
fn a_page_in_srcdoc_is_rewritten_and_stays_where_it_may() {
    let out = rewrite(&refused(), "<iframe srcdoc='<p title=\"a&amp;amp;b\"><img src=//x.example>'></iframe>");
    assert_eq!(
        out,
        "<iframe srcdoc=\"<p title=&quot;a&amp;amp;b&quot;><img data-consent-src=&quot;//x.example&quot; \
         data-consent-denied=&quot;undeclared&quot;>\"></iframe>"
    );
    stays("<iframe srcdoc='<p>a &amp; b'></iframe>");
    // With `srcdoc`, browsers do not load `src`.
    let both = rewrite(&refused(), "<iframe srcdoc='<p>' src=//x.example></iframe>");
    assert!(both.starts_with("<iframe srcdoc='<p>' data-consent-src="), "{both}");
}

#[test]
fn pages_within_pages_end_somewhere() {
    let mut page = "<img src=//x.example>".to_owned();
    for _ in 0..6 {
        page = format!("<iframe srcdoc=\"{}\"></iframe>", page.replace('&', "&amp;").replace('"', "&quot;"));
    }
    let out = rewrite(&refused(), &page);
    assert!(out.contains("data-consent-srcdoc"), "{out}");
}

#[test]
fn an_ambiguous_page_in_srcdoc_goes_and_the_outer_one_stays() {
    denied("<iframe srcdoc='<select><xmp><script>'></iframe><p>on</p>", "srcdoc");
}
