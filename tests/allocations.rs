//! What the hot path allocates: counted, so that it cannot creep back.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use allocation_counter::measure;
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Category, Consent, Facts, Gate, Visitor, testing};

const ANSWER: &str = "sid=1; lang=de; __Host-consent=1.4.1795000000.4.10.0; _lum1=LM1.2.1398471920; theme=dark";
const NO_ANSWER: &str = "sid=1; lang=de; _lum1=LM1.2.1398471920; theme=dark";
const EXCEPTIONS: &str = "__Host-consent=1.4.1795000000.4.10.0.-adloop~+lumen";

fn facts() -> Facts {
    Facts::in_region("FR".parse().unwrap())
}

fn consent(gate: &Gate, cookies: &str) -> Consent {
    gate.consent([("cookie", cookies), ("sec-gpc", "1"), ("accept", "*/*")], &facts(), testing::now())
}

fn visitor(gate: &Gate, cookies: &str) -> Visitor {
    gate.visitor([("cookie", cookies), ("sec-gpc", "1")], facts(), testing::now())
}

#[track_caller]
fn allocates<T>(times: u64, work: impl FnOnce() -> T) {
    assert_eq!(measure(|| drop(work())).count_total, times, "allocations");
}

#[test]
fn reading_an_answer_without_exceptions_allocates_nothing() {
    let gate = testing::gate();
    let malformed = format!("__Host-consent={}", "x".repeat(2000));
    for cookies in [ANSWER, NO_ANSWER, "", &format!("{ANSWER}; {ANSWER}"), &malformed] {
        allocates(0, || consent(&gate, cookies));
    }
    assert!(consent(&gate, ANSWER).may_track(Category::ANALYTICS));
}

#[test]
fn questions_allocate_nothing() {
    let gate = testing::gate();
    let (consent, visitor) = (consent(&gate, ANSWER), visitor(&gate, ANSWER));
    for asked in [Category::ANALYTICS, Category::ADVERTISING, Category::ANALYTICS | Category::ADVERTISING] {
        allocates(0, || consent.may_track(asked));
        allocates(0, || consent.decide(asked));
        allocates(0, || visitor.may_track(asked));
        allocates(0, || visitor.decide(asked));
    }
    allocates(0, || visitor.prompt().state);
}

#[test]
fn verdicts_on_what_is_declared_allocate_nothing() {
    let gate = testing::gate();
    let (accepted, refused) = (testing::accepted(&gate), testing::refused(&gate));
    for visitor in [&accepted, &refused] {
        allocates(0, || visitor.decide_address("https://px.lumen.example/v.gif?id=1"));
        allocates(0, || visitor.decide_cookie("_lum1"));
        allocates(0, || visitor.judge_set_cookie("_lum1=a; Path=/; Max-Age=3600; Secure; SameSite=Lax"));
        allocates(0, || visitor.judge_set_cookie("sid=a; Path=/; HttpOnly"));
    }
    assert!(accepted.decide_address("https://px.lumen.example/v.gif?id=1").is_allow());
    assert!(refused.judge_set_cookie("_lum1=a; Path=/").is_deny());
}

#[test]
fn a_visitor_costs_two_allocations_whatever_the_browser_sends() {
    let gate = testing::gate();
    let many: String = (0..1000).map(|place| format!("a{place}=b; ")).collect();
    for cookies in [ANSWER, NO_ANSWER, &many] {
        // The visitor itself, and the `Cookie` header, which outlives the request.
        allocates(2, || visitor(&gate, cookies));
    }
    // A provider by name is a text of its own, in what is read and in what stands in the browser.
    allocates(2 + 2 * 3, || visitor(&gate, EXCEPTIONS));
}

#[test]
fn an_answer_of_many_bytes_allocates_no_more_than_a_small_multiple_of_them() {
    let gate = testing::gate();
    for header in [
        format!("__Host-consent=1.4.1795000000.4.10.0.{}", vec!["+a"; 300].join("~")),
        format!("__Host-consent={}", "1.".repeat(500)),
        "__Host-consent=1.4.1795000000.4.10.0; ".repeat(1500),
        "__Host-consent=x; ".repeat(3500),
    ] {
        let bytes = measure(|| assert!(!consent(&gate, &header).may_track(Category::ADVERTISING))).bytes_max;
        assert!(bytes <= 2 * header.len() as u64 + 4096, "{bytes} bytes for {} of input", header.len());
    }
}

/// A response that is no document and names nothing to load costs no more than its visitor.
#[test]
fn an_exchange_without_anything_to_judge_allocates_nothing_of_its_own() {
    let gate = testing::gate();
    allocates(2, || {
        let line = RequestLine { method: "GET", authority: None };
        let request = [("cookie", NO_ANSWER.as_bytes()), ("accept", b"*/*")];
        let exchange = Exchange::begin(&gate, line, request, facts(), testing::now(), Mode::Enforce);
        let response = [("content-type", &b"application/json"[..]), ("content-length", b"2"), ("etag", b"\"1\"")];
        assert_eq!(exchange.finish_with_status(200, response), Edits::default());
    });
}

#[cfg(feature = "cmp")]
mod imports {
    use super::*;
    use consent_gate::policy::Import;

    /// The longest values that the corpus of real cookies has of each, and others beside them.
    const COOKIES: [(&str, &str); 12] = [
        (
            "onetrust",
            "OptanonConsent=isGpcEnabled=0&datestamp=Mon+Oct+13+2025+16%3A22%3A35+GMT%2B0200+(Mitteleurop%C3%A4ische+Sommerzeit)&version=202508.2.0&browserGpcFlag=0&isIABGlobal=false&consentId=86203427&interactionCount=35&hosts=&landingPath=NotLandingPage&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A1%2CC0004%3A1%2CC0005%3A1%2CV2STACK42%3A1%2CC0035%3A1%2CC0038%3A1&geolocation=ES%3BCL&AwaitingReconsent=false&genVendors=V2%3A1%2CV1%3A1%2C&isAnonUser=1&intType=1; OptanonAlertBoxClosed=2026-11-20T10:00:00.123Z",
        ),
        (
            "cookiebot",
            "CookieConsent={stamp:%27Uv9YOAVP5djCBw71lxhE4rNAfTObaGck2Sn3rKWf9dPCYpqcWvAlpA==%27%2Cnecessary:true%2Cpreferences:true%2Cstatistics:true%2Cmarketing:true%2Cmethod:%27explicit%27%2Cver:2%2Cutc:1795022155764%2Cregion:%27nz%27}",
        ),
        (
            "cookieyes",
            "cookieyes-consent=consentid:RG9nY01FUWJvS3U2cklHdXdhYm1kNUdWM1hrZll2Rjg,consent:yes,action:yes,necessary:yes,functional:yes,analytics:yes,performance:yes,advertisement:yes",
        ),
        (
            "complianz",
            "cmplz_consented_services=; cmplz_policy_id=20; cmplz_marketing=allow; cmplz_statistics=allow; cmplz_preferences=allow; cmplz_functional=allow; cmplz_banner-status=dismissed",
        ),
        (
            "c15t",
            "c15t=c.necessary:1,c.functionality:1,c.measurement:1,c.experience:1,c.marketing:1,i.t:1795000502705,i.sid:sub_111D7aMH7uy9NYdkjMLGYf74m3,i.mpf:530a2fff503ff19aa2e968a39e567ff6f28417d940c760554afd26865862a956,i.eid:user_42",
        ),
        ("hubspot", "__hs_cookie_cat_pref=1:true_2:true_3:true"),
        (
            "trustarc",
            "notice_behavior=implied,us; notice_preferences=2:; notice_gdpr_prefs=0,1,2:; cmapi_cookie_privacy=permit 1,2,3",
        ),
        (
            "iubenda",
            "_iub_cs-30166201=%7B%22timestamp%22%3A%222026-09-28T08%3A20%3A53.130Z%22%2C%22version%22%3A%221.51.0%22%2C%22purposes%22%3A%7B%221%22%3Atrue%2C%222%22%3Atrue%2C%223%22%3Atrue%2C%224%22%3Atrue%2C%225%22%3Atrue%7D%2C%22id%22%3A30166201%2C%22cons%22%3A%7B%22rand%22%3A%22000000%22%7D%7D",
        ),
        (
            "cookiefirst",
            "cookiefirst-consent=%7B%22necessary%22%3Atrue%2C%22performance%22%3Atrue%2C%22functional%22%3Atrue%2C%22advertising%22%3Atrue%2C%22timestamp%22%3A1795028251%2C%22type%22%3A%22category%22%2C%22version%22%3A%226194f0e0-bd50-4925-a389-f80ee4a5d4b4%22%7D",
        ),
        (
            "nhsuk",
            "nhsuk-cookie-consent=%7B%22necessary%22:true,%22preferences%22:true,%22statistics%22:true,%22marketing%22:true,%22consented%22:true,%22version%22:7%7D",
        ),
        (
            "govuk",
            "cookies_policy=%7B%22usage%22%3Atrue%2C%22settings%22%3Atrue%2C%22essential%22%3Atrue%2C%22marketing%22%3Atrue%7D; cookies_preferences_set=true",
        ),
        (
            "iab-tcf",
            "euconsent-v2=CQuIxQAQuIxQAEsABBENE4FgAP_gAAAAAAYgGMwCIAAgAEAAoADgANAAmABbAXmAxkAAAAAA.IGMwCIAAgAEAAoADgANAAmABbAXmAxkA.YAAAAAAAAAAA",
        ),
    ];

    #[test]
    fn reading_a_format_with_fixed_names_allocates_nothing() {
        for (system, cookies) in COOKIES {
            let gate = Gate::new(testing::policy().imports([Import::new(system)])).unwrap();
            let cookies = format!("sid=1; {cookies}; theme=dark");
            assert!(consent(&gate, &cookies).granted().contains(Category::ANALYTICS), "{system}");
            allocates(0, || consent(&gate, &cookies));
        }
    }

    #[test]
    fn an_import_of_which_there_is_no_cookie_allocates_nothing() {
        let imports = COOKIES.map(|(system, _)| Import::new(system)).to_vec();
        let gate = Gate::new(testing::policy().imports(imports)).unwrap();
        for cookies in [ANSWER, NO_ANSWER, ""] {
            allocates(0, || consent(&gate, cookies));
        }
    }
}
