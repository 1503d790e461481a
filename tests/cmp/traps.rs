//! The sixteen traps of these formats.

use crate::cmp::row::{gate, now};
use consent_gate::explain::{AnswerState, ImportedCookie};
use consent_gate::policy::Import;
use consent_gate::{Category, Facts, Gate, Visitor};

const ANALYTICS: Category = Category::ANALYTICS;
const ADVERTISING: Category = Category::ADVERTISING;
const FUNCTIONAL: Category = Category::FUNCTIONAL;

pub(crate) fn import(system: &str, map: &[(&str, &str)]) -> Import {
    Import::new(system).map(map.iter().copied())
}

pub(crate) fn visitor(gate: &Gate, region: &str, cookies: &str) -> Visitor {
    gate.visitor([("cookie", cookies)], Facts::in_region(region.parse().unwrap()), now())
}

#[track_caller]
pub(crate) fn read(import: &Import, cookies: &str) -> ImportedCookie {
    let gate = gate([import.clone()]).unwrap();
    visitor(&gate, "DE", cookies).explain(ANALYTICS).imports.remove(0)
}

/// What is granted, by an answer.
#[track_caller]
pub(crate) fn grants(import: &Import, cookies: &str, expected: Category) {
    let read = read(import, cookies);
    assert_eq!((read.state, read.granted, read.why), (AnswerState::Decided, expected, None), "{cookies}");
}

/// Nothing is, though there is a cookie.
#[track_caller]
pub(crate) fn undecided(import: &Import, cookies: &str, why: &str) {
    let read = read(import, cookies);
    assert_eq!((read.state, read.why), (AnswerState::Undecided, Some(why)), "{cookies}");
    assert!(read.granted.is_empty(), "{cookies}");
}

/// It denies everything, also where no answer would allow.
#[track_caller]
pub(crate) fn unreadable(import: &Import, cookies: &str, why: &str) {
    let gate = gate([import.clone()]).unwrap();
    for region in ["DE", "US-CA", "JP"] {
        let visitor = visitor(&gate, region, cookies);
        let read = visitor.explain(ANALYTICS).imports.remove(0);
        assert_eq!((read.state, read.why), (AnswerState::Unreadable, Some(why)), "{cookies}");
        assert_eq!(visitor.answered(), AnswerState::Unreadable);
        for (category, id) in gate.categories() {
            assert_eq!(visitor.decide(category).code(), "unreadable", "{region} {id}: {cookies}");
        }
    }
}

fn onetrust() -> Import {
    Import::new("onetrust")
}

fn cookieyes(fields: &str) -> String {
    format!("cookieyes-consent=consentid:QUJD,{fields}")
}

#[test]
fn trap_1_a_consent_cookie_does_not_mean_that_somebody_decided() {
    let services = [("gtag", "analytics"), ("youtube", "functional")];
    undecided(&import("tarteaucitron", &services), "tarteaucitron=!gtag=wait!youtube=wait", "not-answered");
    undecided(&import("tarteaucitron", &services), "tarteaucitron=!gtag=true!youtube=wait", "not-answered");
    let all = "necessary:yes,functional:yes,analytics:yes,performance:yes,advertisement:yes";
    undecided(&Import::new("cookieyes"), &cookieyes(&format!("consent:no,action:,{all}")), "not-answered");
    undecided(&Import::new("cookieyes"), &cookieyes(&format!("consent:yes,action:no,{all}")), "not-answered");
    undecided(&Import::new("cookiebot"), "CookieConsent=-1", "implied");
    let implied = "{stamp:%27-1%27%2Cnecessary:true%2Cpreferences:true%2Cstatistics:true%2Cmarketing:true%2Cmethod:%27implied%27}";
    undecided(&Import::new("cookiebot"), &format!("CookieConsent={implied}"), "implied");
    let landing = "landingPath=https%3A%2F%2Fshop.example%2F&groups=C0001%3A1%2CC0002%3A1%2CC0004%3A1";
    undecided(&onetrust(), &format!("OptanonConsent={landing}"), "not-answered");
    grants(
        &onetrust(),
        &format!("OptanonConsent={landing}; OptanonAlertBoxClosed=2026-11-20T10:00:00.000Z"),
        ANALYTICS | ADVERTISING,
    );
    for open in ["interactionCount=0", "AwaitingReconsent=true"] {
        let cookies = format!("OptanonConsent={open}&landingPath=NotLandingPage&groups=C0002%3A1");
        undecided(&onetrust(), &cookies, "not-answered");
    }
    let axeptio = import("axeptio", &[("ga", "analytics")]);
    undecided(&axeptio, "axeptio_cookies={%22$$completed%22:false%2C%22ga%22:true}", "not-answered");
    let nhs = "{%22necessary%22:true%2C%22statistics%22:true%2C%22consented%22:false%2C%22version%22:7}";
    undecided(&Import::new("nhsuk"), &format!("nhsuk-cookie-consent={nhs}"), "not-answered");
    undecided(&Import::new("complianz"), "cmplz_statistics=allow; cmplz_policy_id=3", "not-answered");
}

#[test]
fn trap_1_an_implied_answer_is_no_grant_where_consent_is_needed_and_no_refusal_where_it_is_not() {
    let gate = gate([Import::new("cookiebot")]).unwrap();
    assert_eq!(visitor(&gate, "DE", "CookieConsent=-1").decide(ANALYTICS).code(), "undecided");
    assert_eq!(visitor(&gate, "US-CA", "CookieConsent=-1").decide(ANALYTICS).code(), "no-objection");
}

#[test]
fn trap_2_the_field_called_consent_is_never_read() {
    let opted_out = "consent:yes,action:yes,necessary:yes,functional:yes,analytics:no,performance:no,advertisement:no";
    grants(&Import::new("cookieyes"), &cookieyes(opted_out), FUNCTIONAL);
    let partial = "{\"action\":\"accept\",\"categories\":\"[\\\"performance\\\"]\"}";
    grants(&Import::new("cookie-script"), &format!("CookieScriptConsent={partial}"), ANALYTICS);
    grants(&Import::new("tealium"), "CONSENTMGR=c1:0|c6:1|consent:true", Category::PERSONALIZATION);
    let none = "{\"consent\":true,\"categories\":{\"1\":true,\"2\":false,\"3\":false,\"4\":false}}";
    grants(&Import::new("hu-manity"), &format!("hu-consent={none}"), Category::empty());
}

#[test]
fn trap_3_of_two_cookies_the_strictest_counts_in_either_order() {
    let klaro = import("klaro", &[("ga", "analytics"), ("ads", "advertising")]);
    let (yes, no) = ("klaro={\"ga\":true,\"ads\":true}", "klaro={\"ga\":false,\"ads\":true}");
    for cookies in [format!("{yes}; {no}"), format!("{no}; a=b; {yes}")] {
        grants(&klaro, &cookies, ADVERTISING);
        assert_eq!(read(&klaro, &cookies).refused, ANALYTICS);
    }
    unreadable(&klaro, &format!("{yes}; klaro=x"), "shape");
    // A cookie that belongs to another, of which two do not agree.
    let closed = "OptanonAlertBoxClosed=2026-11-20T10:00:00.000Z; OptanonAlertBoxClosed=2026-11-21T10:00:00.000Z";
    unreadable(&onetrust(), &format!("OptanonConsent=groups=C0002%3A1; {closed}"), "duplicate");
}

#[test]
fn trap_4_values_hold_nearly_every_character() {
    let orejime = import("orejime", &[("a", "analytics")]);
    grants(&orejime, "x=\"1; orejime={\"a\":true}; y=\\", ANALYTICS);
    grants(&Import::new("trustarc"), "cmapi_cookie_privacy=permit 1,2,3", FUNCTIONAL | ANALYTICS | ADVERTISING);
    let tarteaucitron = import("tarteaucitron", &[("tarteaucitron", "analytics")]);
    grants(&tarteaucitron, "tarteaucitron=!tarteaucitron=true", ANALYTICS);
    grants(
        &Import::new("cookiebot"),
        "CookieConsent={stamp:'a+/b==',necessary:true,preferences:false,statistics:true,marketing:false}",
        ANALYTICS,
    );
}

#[test]
fn trap_5_nothing_is_decoded_before_it_is_split() {
    let cookies = "OptanonConsent=landingPath=NotLandingPage%26groups%3DC0002%3A1&groups=C0001%3A1%2CC0002%3A0";
    let read = read(&onetrust(), cookies);
    assert_eq!(
        (read.state, read.granted),
        (AnswerState::Undecided, Category::empty()),
        "a landing page of the visitor's"
    );
    let decoded = "OptanonConsent=landingPath=https://x.example/?a&groups=C0002:1&groups=C0002:0";
    unreadable(&onetrust(), decoded, "duplicate");
    grants(&onetrust(), "OptanonConsent=groups=C0002:1,C0003:0", ANALYTICS);
    unreadable(&onetrust(), "OptanonConsent=groups=C0002%253A1", "shape");
    unreadable(&onetrust(), "OptanonConsent=groups=C0002%3", "encoding");
}

#[test]
fn trap_6_one_tolerant_step_reads_each_encoding_of_json() {
    let klaro = import("klaro", &[("ga", "analytics")]);
    for value in [
        "{\"ga\":true}",
        "%7B%22ga%22%3Atrue%7D",
        "%7B%22ga%22:true%7D",
        "{%22ga%22:true}",
        "{%22ga%22%3Atrue}",
        "{ \"ga\" : true }",
    ] {
        grants(&klaro, &format!("klaro={value}"), ANALYTICS);
    }
    unreadable(&klaro, "klaro=%257B%2522ga%2522%253Atrue%257D", "shape");
    let didomi = import("didomi", &[("audience", "analytics")]);
    let token = |json: &str| data_encoding::BASE64.encode(json.as_bytes());
    let value = token("{\"version\":2,\"purposes\":{\"enabled\":[\"audience\"]}}");
    grants(&didomi, &format!("didomi_token={value}"), ANALYTICS);
    grants(&didomi, &format!("didomi_token={}", value.trim_end_matches('=')), ANALYTICS);
    grants(&didomi, &format!("didomi_token={}", value.replace('=', "%3D").replace('/', "%2F")), ANALYTICS);
    let notices = "{\"consent\":{\"analytics\":true},\"fides_meta\":{\"updatedAt\":\"2026-11-23T17:40:01.053Z\"}}";
    let fides = import("fides", &[("analytics", "analytics")]);
    grants(&fides, &format!("fides_consent={}", token(notices)), ANALYTICS);
    grants(&fides, &format!("fides_consent={}", crate::cmp::forgery::gzip(notices.as_bytes())), ANALYTICS);
}

#[test]
fn trap_7_a_system_is_known_by_the_shape_of_its_value() {
    for value in ["true", "{\"Mode\":0}", "%7B%22Mode%22%3A0%7D", "mandatory|external", "", "1", "{necessary:true}"] {
        unreadable(&Import::new("cookiebot"), &format!("CookieConsent={value}"), "shape");
    }
    for value in ["-1", "0", "", "TRUE", "{stamp:%27x%27%2Cnecessary:true}"] {
        unreadable(&Import::new("react-cookie-consent"), &format!("CookieConsent={value}"), "shape");
    }
    unreadable(&Import::new("usprivacy"), "usprivacy=%7B%22a%22%3A1%7D", "shape");
    unreadable(&onetrust(), "OptanonConsent=isMarketing=0&isStatistic=0", "shape");
    let civic = import("civic", &[("analytics", "analytics")]);
    unreadable(&civic, "CookieControl={\"interactedWith\":true,\"acceptedCategories\":[]}", "shape");
    unreadable(&Import::new("shopify"), "_tracking_consent=3.AMPS_INBR_f_f_AAAA", "version");
    unreadable(&Import::new("iab-tcf"), "euconsent-v2=BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASAAAAAAAAAAAA", "version");
}

#[test]
fn trap_8_a_missing_item_is_not_granted() {
    let cookies = "_iub_cs-1=%7B%22id%22%3A1%2C%22purposes%22%3A%7B%221%22%3Atrue%2C%222%22%3Atrue%7D%7D";
    grants(&Import::new("iubenda"), cookies, FUNCTIONAL);
    assert!(read(&Import::new("iubenda"), cookies).refused.is_empty(), "nor refused");
    grants(&Import::new("c15t"), "c15t=c.necessary:1,c.measurement:1", ANALYTICS);
    let refused = read(&Import::new("c15t"), "c15t=c.necessary:1,c.measurement:1").refused;
    assert_eq!(refused, FUNCTIONAL | Category::PERSONALIZATION | ADVERTISING, "here what is left out is refused");
}

#[test]
fn trap_9_all_items_of_a_category_must_be_granted() {
    let with = |analytics: &str, performance: &str| {
        cookieyes(&format!(
            "action:yes,necessary:yes,functional:no,analytics:{analytics},performance:{performance},advertisement:no"
        ))
    };
    grants(&Import::new("cookieyes"), &with("yes", "yes"), ANALYTICS);
    grants(&Import::new("cookieyes"), &with("yes", "no"), Category::empty());
    grants(&onetrust(), "OptanonConsent=groups=C0004%3A1%2CC0005%3A0", Category::empty());
    grants(&onetrust(), "OptanonConsent=groups=C0004%3A1%2CC0005%3A1", ADVERTISING);
    grants(&onetrust(), "OptanonConsent=groups=C0004%3A1", ADVERTISING);
}

#[test]
fn trap_10_names_that_the_map_does_not_have_mean_nothing() {
    let vanilla = import("vanilla-cookieconsent", &[("statistik", "analytics")]);
    let cookies = |list: &str| format!("cc_cookie={{\"categories\":[{list}],\"revision\":0}}");
    grants(&vanilla, &cookies("\"analytics\",\"ads\",\"advertising\""), Category::empty());
    grants(&vanilla, &cookies("\"statistik\""), ANALYTICS);
}

#[test]
fn trap_11_a_withheld_strict_cookie_is_no_refusal_and_nothing_is_written() {
    let gate = gate([Import::new("cookieyes").migrate(true)]).unwrap();
    let visitor = visitor(&gate, "DE", "sid=1; _lum1=a");
    assert_eq!(visitor.decide(ANALYTICS).code(), "undecided");
    assert!(visitor.finish().iter().all(|line| !line.as_str().starts_with(gate.cookie_name())));
}

#[test]
fn trap_12_an_answer_of_another_revision_counts_as_none_but_for_its_refusals() {
    let revision = |revision: &str, import: Import| import.revision(revision);
    let vanilla = || import("vanilla-cookieconsent", &[("a", "analytics"), ("b", "advertising")]);
    let cookies = "cc_cookie={\"categories\":[\"a\"],\"revision\":1}";
    grants(&revision("1", vanilla()), cookies, ANALYTICS);
    undecided(&revision("2", vanilla()), cookies, "revision");
    assert_eq!(read(&revision("2", vanilla()), cookies).refused, ADVERTISING);
    undecided(&revision("1", vanilla()), "cc_cookie={\"categories\":[\"a\"]}", "revision");
    let complianz = "cmplz_banner-status=dismissed; cmplz_policy_id=20; cmplz_statistics=allow";
    grants(&revision("20", Import::new("complianz")), complianz, ANALYTICS);
    undecided(&revision("21", Import::new("complianz")), complianz, "revision");
    undecided(&revision("x", Import::new("c15t")), "c15t=c.necessary:1,c.measurement:1,i.mpf:530a", "revision");
    // Where there is no revision, an item that is missing says that it was added.
    let cookies = "klaro={\"ga\":true,\"ads\":false}";
    let added = import("klaro", &[("ga", "analytics"), ("ads", "advertising"), ("chat", "functional")]);
    undecided(&added, cookies, "incomplete");
    assert_eq!(read(&added, cookies).refused, ADVERTISING);
}

#[test]
fn trap_13_what_is_essential_is_not_taken_from_a_cookie() {
    let orejime = import("orejime", &[("session", "essential"), ("matomo", "analytics")]);
    let gate = gate([orejime]).unwrap();
    let visitor = visitor(&gate, "DE", "orejime={\"session\":false,\"matomo\":false}");
    assert!(visitor.may_track(Category::ESSENTIAL));
    assert!(visitor.decide_cookie("sid").is_allow());
}

#[test]
fn trap_14_a_recorded_gpc_narrows_and_so_does_the_header() {
    let gate = gate([onetrust()]).unwrap();
    let all = "groups=C0002%3A1%2CC0003%3A1%2CC0004%3A1&landingPath=NotLandingPage&interactionCount=2";
    let code =
        |fields: &str| visitor(&gate, "US-CA", &format!("OptanonConsent={fields}&{all}")).decide(ADVERTISING).code();
    assert_eq!(code("isGpcEnabled=0"), "granted");
    assert_eq!(code("isGpcEnabled=1"), "gpc");
    assert_eq!(code("browserGpcFlag=1"), "gpc");
    let cookies = format!("OptanonConsent={all}");
    let headers = [("cookie", cookies.as_str()), ("sec-gpc", "1")];
    let known = Facts::in_region("US-CA".parse().unwrap()).known(true);
    assert_eq!(gate.visitor(headers, known, now()).decide(ADVERTISING).code(), "gpc", "no banner saw the signal");
}

#[test]
fn trap_14_an_opt_out_of_a_foreign_system_only_narrows() {
    let gate = gate([onetrust(), Import::new("usprivacy")]).unwrap();
    let all = "OptanonConsent=groups=C0002%3A1%2CC0004%3A1";
    let code = |cookies: &str| visitor(&gate, "US-CA", cookies).decide(ADVERTISING).code();
    assert_eq!(code(&format!("{all}; usprivacy=1YNN")), "granted");
    assert_eq!(code(&format!("{all}; usprivacy=1YYN")), "refused");
    assert_eq!(code("usprivacy=1YNN"), "no-objection");
    assert_eq!(code("usprivacy=1YYN"), "refused");
    for group in ["SPD_BG", "SSPD_BG", "OSSTA_BG"] {
        assert_eq!(code(&format!("{all}%2C{group}%3A1")), "granted");
        assert_eq!(code(&format!("{all}%2C{group}%3A0")), "refused");
        // Whether or not anybody answered.
        assert_eq!(code(&format!("OptanonConsent=interactionCount=0&groups=C0004%3A1%2C{group}%3A0")), "refused");
    }
    assert_eq!(visitor(&gate, "DE", "usprivacy=1NNN").decide(ADVERTISING).code(), "undecided");
}

#[test]
fn trap_15_a_value_above_eight_kilobytes_is_unreadable() {
    let klaro = import("klaro", &[("ga", "analytics")]);
    let padded = |length: usize| {
        let start = "klaro={\"ga\":true";
        format!("{start}{}}}", " ".repeat(length + "klaro=".len() - start.len() - 1))
    };
    grants(&klaro, &padded(8192), ANALYTICS);
    unreadable(&klaro, &padded(8193), "too-long");
    unreadable(&Import::new("complianz"), &format!("cmplz_statistics={}", "a".repeat(9000)), "too-long");
}

#[test]
fn trap_16_reading_stops_before_free_text_and_nothing_stands_twice() {
    let c15t = Import::new("c15t");
    grants(&c15t, "c15t=c.necessary:1,i.t:1795455504663,i.eid:u1,c.marketing:1", Category::empty());
    grants(&c15t, "c15t=i.t:1795455504663,i.eid:u1,c.necessary:1,c.marketing:1", ADVERTISING);
    unreadable(&c15t, "c15t=i.t:1,i.eid:u1,c.marketing:1,c.necessary:1", "shape");
    unreadable(&c15t, "c15t=i.t:1,i.eid:u1,c.necessary:1,c.marketing:1,c.necessary:1", "duplicate");
    unreadable(&c15t, "c15t=c.necessary:1,c.marketing:0,c.marketing:1", "duplicate");
    unreadable(&Import::new("hubspot"), "__hs_cookie_cat_pref=1:false_1:true", "duplicate");
    unreadable(&import("klaro", &[("ga", "analytics")]), "klaro={\"ga\":false,\"ga\":true}", "duplicate");
    unreadable(&import("klaro", &[("ga", "analytics")]), "klaro={\"ga\":true,\"x\":true,\"x\":true}", "duplicate");
}
