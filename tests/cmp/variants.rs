//! Values of the same kinds as the corpus holds, which it does not hold: other versions, names, encodings and orders.

use crate::cmp::forgery::gzip;
use crate::cmp::traps::{grants, import, read, undecided, unreadable};
use consent_gate::Category;
use consent_gate::explain::AnswerState;
use consent_gate::policy::Import;
use data_encoding::BASE64;

const NONE: Category = Category::empty();
const FUNCTIONAL: Category = Category::FUNCTIONAL;
const ANALYTICS: Category = Category::ANALYTICS;
const PERSONALIZATION: Category = Category::PERSONALIZATION;
const ADVERTISING: Category = Category::ADVERTISING;

fn all() -> Category {
    FUNCTIONAL | ANALYTICS | PERSONALIZATION | ADVERTISING
}

fn named(cookie: &str, import: Import) -> Import {
    import.cookie(cookie)
}

fn revision(revision: &str, import: Import) -> Import {
    import.revision(revision)
}

/// As `encodeURIComponent` writes it.
fn encoded(value: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'!')
        .remove(b'~')
        .remove(b'*')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')');
    percent_encoding::utf8_percent_encode(value, KEPT).to_string()
}

/// A refusal of all that the map has: decided, and nothing granted.
#[track_caller]
fn refuses(import: &Import, cookies: &str, expected: Category) {
    let read = read(import, cookies);
    assert_eq!((read.state, read.granted, read.refused), (AnswerState::Decided, NONE, expected), "{cookies}");
}

#[test]
fn onetrust_of_old_tenants_and_of_the_united_states() {
    let onetrust = Import::new("onetrust");
    let old = "landingPath=NotLandingPage&datestamp=Tue+Mar+09+2021&version=3.6.19&EU=true&groups=";
    grants(&onetrust, &format!("OptanonConsent={old}0_132431%3A1%2C1%3A1%2C2%3A1%2C3%3A0%2C4%3A0"), ANALYTICS);
    grants(&onetrust, &format!("OptanonConsent={old}1:1,2:1,3:1,4:1"), FUNCTIONAL | ANALYTICS | ADVERTISING);
    let fields = "AwaitingReconsent=false&groups=C0004%3A0%2CBG57%3A1%2CC0002%3A1%2CV2STACK42%3A1&hosts=H1%3A1&genVendors=V2%3A1&interactionCount=3&landingPath=NotLandingPage";
    grants(&onetrust, &format!("OptanonConsent={fields}"), ANALYTICS);
    // Decoded by a proxy: what the visitor's address holds then stands beside the form's own.
    grants(
        &onetrust,
        "OptanonConsent=groups=C0001:1,C0002:1,C0003:0&datestamp=Fri Nov 20 2026 10:00:00 GMT+0100",
        ANALYTICS,
    );
    unreadable(&onetrust, "OptanonConsent=landingPath=https://s.example/?a&groups=C0002:1&groups=C0002:0", "duplicate");
    let us = "OptanonConsent=interactionCount=1&landingPath=NotLandingPage&groups=C0001%3A1%2CC0002%3A1%2CC0004%3A1%2CSPD_BG%3A0%2CSSPD_BG%3A1";
    grants(&onetrust, us, ANALYTICS | ADVERTISING);
    assert_eq!(read(&onetrust, us).refused, ADVERTISING);
    undecided(
        &onetrust,
        "OptanonConsent=landingPath=https%3A%2F%2Fs.example%2F%3Fx%26groups%3DC0002%3A1&groups=C0001%3A1%2CC0002%3A0",
        "not-answered",
    );
}

#[test]
fn cookiebot_of_other_versions() {
    let cookiebot = Import::new("cookiebot");
    let decoded = "CookieConsent={stamp:'aB/c+d==',necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',ver:1,utc:1745622155764,iab2:'CPxx.YAAA',gacm:'2~1.2~dv.',region:'de'}";
    grants(&cookiebot, decoded, ANALYTICS);
    grants(
        &cookiebot,
        &format!("CookieConsent={}", encoded(decoded.strip_prefix("CookieConsent=").unwrap())),
        ANALYTICS,
    );
    refuses(&cookiebot, "CookieConsent=0", FUNCTIONAL | ANALYTICS | ADVERTISING);
    undecided(
        &cookiebot,
        "CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cpreferences:true%2Cstatistics:true%2Cmarketing:true%2Cver:1}",
        "implied",
    );
    unreadable(&cookiebot, "CookieConsent={%22necessary%22:true%2C%22statistics%22:true}", "shape");
}

#[test]
fn cookieyes_hosted_and_of_the_plugin() {
    let cookieyes = Import::new("cookieyes");
    let hosted = |action: &str, word: &str| {
        format!(
            "cookieyes-consent=consentid:QUJD,consent:{word},action:{action},necessary:yes,functional:{word},analytics:{word},performance:{word},advertisement:{word},other:{word},lastRenewedDate:1681202123000"
        )
    };
    grants(&cookieyes, &hosted("yes", "yes"), FUNCTIONAL | ANALYTICS | ADVERTISING);
    refuses(&cookieyes, &hosted("yes", "no"), FUNCTIONAL | ANALYTICS | ADVERTISING);
    undecided(&cookieyes, &hosted("no", "yes"), "not-answered");
    let value = hosted("yes", "yes");
    let value = value.strip_prefix("cookieyes-consent=").unwrap();
    grants(&cookieyes, &format!("cookieyes-consent={}", encoded(value)), FUNCTIONAL | ANALYTICS | ADVERTISING);
}

#[test]
fn complianz_with_another_prefix_and_wordpress_services() {
    let complianz = named("cmplz_rt_", Import::new("complianz"));
    let cookies = "cmplz_rt_banner-status=dismissed; cmplz_rt_policy_id=20; cmplz_rt_consented_services={\"youtube\":true}; \
                   cmplz_rt_marketing=deny; cmplz_rt_statistics=allow; cmplz_rt_preferences=allow; cmplz_rt_saved_categories=[\"statistics\"]";
    grants(&complianz, cookies, FUNCTIONAL | ANALYTICS);
    grants(&revision("20", complianz.clone()), cookies, FUNCTIONAL | ANALYTICS);
    undecided(&revision("21", complianz), cookies, "revision");
    assert_eq!(read(&Import::new("complianz"), cookies).state, AnswerState::Undecided);
    undecided(
        &Import::new("complianz"),
        "cmplz_saved_categories=[\"do_not_track\"]; cmplz_policy_id=20; cmplz_banner-status=show",
        "not-answered",
    );
    let api = Import::new("wp-consent-api");
    grants(
        &api,
        "wp_consent_consented_services=%7B%22youtube%22%3Atrue%7D; wp_consent_statistics=allow; wp_consent_marketing=deny",
        ANALYTICS,
    );
    undecided(&api, "wp_consent_consented_services=%7B%22youtube%22%3Atrue%7D", "not-answered");
    assert_eq!(
        read(&api, "wp_consent_functional=allow; wp_consent_statistics-anonymous=allow").state,
        AnswerState::Undecided
    );
}

#[test]
fn didomi_with_and_without_padding_and_before_an_answer() {
    let didomi = import("didomi", &[("mesure", "analytics"), ("c:ads", "advertising")]);
    let token = |json: &str| BASE64.encode(json.as_bytes());
    let answered = "{\"user_id\":\"u\",\"updated\":\"2026-11-04T08:53:22.528Z\",\"vendors\":{\"enabled\":[],\"disabled\":[\"c:ads\"]},\"purposes\":{\"disabled\":[],\"enabled\":[\"mesure\",\"x\"]},\"vendors_li\":{\"enabled\":[\"c:ads\"]},\"version\":2}";
    grants(&didomi, &format!("didomi_token={}", token(answered)), ANALYTICS);
    grants(&didomi, &format!("didomi_token={}", token(answered).trim_end_matches('=')), ANALYTICS);
    undecided(
        &didomi,
        &format!(
            "didomi_token={}",
            token("{\"user_id\":\"u\",\"created\":\"2026-11-04T08:53:22.528Z\",\"version\":null}")
        ),
        "not-answered",
    );
    undecided(
        &didomi,
        &format!(
            "didomi_token={}",
            token("{\"user_id\":\"u\",\"version\":2,\"vendors\":{\"enabled\":[]},\"purposes\":{\"enabled\":[]}}")
        ),
        "not-answered",
    );
    for other in ["{}", "{\"purposes\":{\"enabled\":[\"mesure\"]}}", "[]"] {
        unreadable(&didomi, &format!("didomi_token={}", token(other)), "shape");
    }
    unreadable(&didomi, &format!("didomi_token={}", token(&answered.replace(":2}", ":3}"))), "version");
}

#[test]
fn iubenda_reads_no_cookie_of_another_tail() {
    let iubenda = Import::new("iubenda");
    let yes = encoded(
        "{\"timestamp\":\"2026-10-12T16:03:31.031Z\",\"version\":\"1.71.0\",\"purposes\":{\"1\":true,\"2\":true,\"3\":true,\"4\":true,\"5\":true},\"id\":123}",
    );
    let partial = "{\"id\":123,\"purposes\":{\"5\":false,\"4\":true,\"1\":true}}";
    grants(&iubenda, &format!("_iub_cs-123-granular={yes}; _iub_cs-123={partial}; _iub_cs-s123={yes}"), ANALYTICS);
    for other in ["_iub_cs-123-granular", "_iub_cs-123-uspr", "_iub_cs-s123", "_iub_cs-"] {
        assert_eq!(read(&iubenda, &format!("{other}={yes}")).state, AnswerState::Undecided, "{other}");
    }
    grants(&named("_iub_cs-123", iubenda.clone()), &format!("_iub_cs-123={yes}; _iub_cs-9={partial}"), all());
    refuses(&iubenda, "_iub_cs-1={\"consent\":false,\"id\":1}", all());
    undecided(&iubenda, "_iub_cs-1=%7B%22id%22%3A1%7D", "not-answered");
    grants(&iubenda, "_iub_cs-1={\"purposes\":{\"4\":true}}", ANALYTICS);
    for other in ["{\"consent\":true}", "{\"purposes\":true}", "{}"] {
        unreadable(&iubenda, &format!("_iub_cs-1={other}"), "shape");
    }
}

#[test]
fn cookie_script_spells_its_list_and_its_time_in_several_ways() {
    let cookie_script = Import::new("cookie-script");
    let text = "{\"googleconsentmap\":{\"ad_storage\":\"targeting\"},\"action\":\"accept\",\"consenttime\":1763000000,\"categories\":\"[\\\"performance\\\",\\\"strict\\\"]\",\"key\":\"k\"}";
    grants(&cookie_script, &format!("CookieScriptConsent={text}"), ANALYTICS);
    grants(&cookie_script, &format!("CookieScriptConsent={}", encoded(text)), ANALYTICS);
    let quoted = text.replace("1763000000", "\"1763000000\"");
    grants(&cookie_script, &format!("CookieScriptConsent={}", encoded(&quoted)), ANALYTICS);
    assert_eq!(
        read(&cookie_script, &format!("CookieScriptConsent={quoted}")).decided.unwrap().timestamp(),
        1_763_000_000
    );
    grants(&cookie_script, "CookieScriptConsent={\"action\":\"accept\",\"categories\":[\"targeting\"]}", ADVERTISING);
    refuses(
        &cookie_script,
        "CookieScriptConsent={\"action\":\"reject\",\"categories\":\"[]\"}",
        FUNCTIONAL | ANALYTICS | ADVERTISING,
    );
    refuses(&cookie_script, "CookieScriptConsent={\"action\":\"reject\"}", FUNCTIONAL | ANALYTICS | ADVERTISING);
}

#[test]
fn trustarc_with_four_buckets_and_of_newer_versions() {
    let four = import("trustarc", &[("1", "analytics"), ("2", "functional"), ("3", "advertising")]);
    grants(
        &four,
        "notice_behavior=expressed|eu; notice_gdpr_prefs=0,1,2,3:; notice_preferences=3:; cmapi_cookie_privacy=permit 1,2,3,4",
        FUNCTIONAL | ANALYTICS | ADVERTISING,
    );
    grants(&four, "notice_gdpr_prefs=0|1|2:", FUNCTIONAL | ANALYTICS);
    grants(&four, "notice_gdpr_prefs=0%2C1%3A", ANALYTICS);
    grants(&four, "notice_gdpr_prefs=0,1,2,3,4:", FUNCTIONAL | ANALYTICS | ADVERTISING);
    let three = Import::new("trustarc");
    refuses(&three, "cmapi_cookie_privacy=permit_1_required", FUNCTIONAL | ANALYTICS | ADVERTISING);
    refuses(
        &three,
        "cmapi_cookie_privacy=permit 1 required; notice_preferences=0:",
        FUNCTIONAL | ANALYTICS | ADVERTISING,
    );
    grants(&three, "cmapi_cookie_privacy=permit%201%2C2%2C3; notice_preferences=1:", FUNCTIONAL | ANALYTICS);
    undecided(&three, "notice_preferences=2:; notice_gdpr_prefs=0,1,2::implied,us", "implied");
    undecided(&three, "notice_behavior=implied|us", "not-answered");
}

#[test]
fn hubspot_encoded_and_without_categories() {
    let hubspot = Import::new("hubspot");
    grants(&hubspot, "__hs_cookie_cat_pref=3:true,1:false,2:true", FUNCTIONAL | ADVERTISING);
    grants(&hubspot, "__hs_cookie_cat_pref=1%3Atrue%2C2%3Afalse%2C3%3Afalse", ANALYTICS);
    grants(&hubspot, "__hs_opt_out=no", FUNCTIONAL | ANALYTICS | ADVERTISING);
    assert_eq!(read(&hubspot, "__hs_initial_opt_in=true").state, AnswerState::Undecided);
    refuses(
        &hubspot,
        "__hs_cookie_cat_pref=1:true_2:true_3:true; __hs_do_not_track=yes",
        FUNCTIONAL | ANALYTICS | ADVERTISING,
    );
}

#[test]
fn shopify_of_both_known_versions_and_of_the_unknown_ones() {
    let shopify = Import::new("shopify");
    let value = |version: &str, cmp: &str| {
        encoded(&format!("{{\"v\":\"{version}\",\"region\":\"DEBE\",\"reg\":\"GDPR\",\"con\":{{\"CMP\":{cmp}}}}}"))
    };
    let partial = "{\"a\":\"1\",\"m\":\"0\",\"p\":\"1\",\"s\":\"\"}";
    for version in ["2.0", "2.1"] {
        grants(&shopify, &format!("_tracking_consent={}", value(version, partial)), FUNCTIONAL | ANALYTICS);
        let cookies = format!(
            "_tracking_consent={}; _cmp_a=%7B%22purposes%22%3A%7B%22m%22%3Atrue%7D%7D",
            value(version, &partial.replace('1', "0"))
        );
        refuses(&shopify, &cookies, FUNCTIONAL | ANALYTICS | ADVERTISING);
    }
    unreadable(&shopify, &format!("_tracking_consent={}", value("2.2", partial)), "version");
    for opaque in ["3AMPS._USCA_f_f_AAAA_%7B%7D", "3.AMPS_DEBE_f_f_AAAA", "3.A_DEBE_f_f_x"] {
        unreadable(&shopify, &format!("_tracking_consent={opaque}"), "version");
    }
}

#[test]
fn tealium_with_a_prefix_and_in_any_order() {
    let tealium = Import::new("tealium");
    grants(
        &named("GSK_CONSENTMGR", tealium.clone()),
        "GSK_CONSENTMGR=ts:1699579270470|consent:true|c6:1|c1:1|c2:0",
        ANALYTICS | PERSONALIZATION,
    );
    refuses(&tealium, "CONSENTMGR=consent:false%7Cts:1719223938047", ANALYTICS | PERSONALIZATION | ADVERTISING);
    refuses(&tealium, "CONSENTMGR=c1:1|c2:1|consent:false", ANALYTICS | PERSONALIZATION | ADVERTISING);
    unreadable(&tealium, "CONSENTMGR=c1:1|c1:0|consent:true", "duplicate");
}

#[test]
fn fides_in_each_of_its_encodings() {
    let fides = named("fides_consent_site", import("fides", &[("analytics", "analytics"), ("ads", "advertising")]));
    let json = "{\"consent\":{\"ads\":\"opt_out\",\"analytics\":\"opt_in\",\"essential\":\"acknowledge\",\"x\":\"not_applicable\"},\"fides_meta\":{\"updatedAt\":\"2026-11-23T17:40:01.053Z\"},\"tcf_version_hash\":\"h\"}";
    for value in [
        json.to_owned(),
        encoded(json),
        BASE64.encode(json.as_bytes()),
        encoded(&BASE64.encode(json.as_bytes())),
        gzip(json.as_bytes()),
        gzip(json.as_bytes()).replace("%3A", ":"),
    ] {
        grants(&fides, &format!("fides_consent_site={value}"), ANALYTICS);
    }
    undecided(
        &fides,
        &format!("fides_consent_site={}", encoded(&json.replace("2026-11-23T17:40:01.053Z", ""))),
        "not-answered",
    );
}

#[test]
fn vanilla_cookieconsent_before_it_had_revisions() {
    let vanilla = import("vanilla-cookieconsent", &[("analytics", "analytics"), ("targeting", "advertising")]);
    let old = "cc_cookie={\"level\":[\"necessary\",\"analytics\"]}";
    for import in [vanilla.clone(), revision("0", vanilla.clone())] {
        grants(&import, old, ANALYTICS);
        grants(
            &import,
            "cc_cookie={\"level\":[\"targeting\"],\"revision\":0,\"data\":null,\"rfc_cookie\":false}",
            ADVERTISING,
        );
    }
    undecided(&revision("1", vanilla.clone()), old, "revision");
    undecided(&revision("0", vanilla), "cc_cookie={\"categories\":[\"analytics\"],\"revision\":null}", "revision");
}

#[test]
fn klaro_and_orejime_under_other_names_and_decoded() {
    let klaro = named("site-consent", import("klaro", &[("ga", "analytics"), ("ads", "advertising")]));
    for value in [
        "{\"ads\":false,\"gone\":true,\"ga\":true}",
        "%7B%22ga%22%3Atrue%2C%22ads%22%3Afalse%7D",
        "{%22ga%22:true%2C%22ads%22:false}",
    ] {
        grants(&klaro, &format!("klaro={{\"ads\":true}}; site-consent={value}"), ANALYTICS);
    }
    let orejime = import("orejime", &[("ga", "analytics")]);
    grants(&orejime, "eu-consent={%22ga%22:true}", ANALYTICS);
    grants(&orejime, "eu-consent=%7B%22ga%22%3Atrue%7D", ANALYTICS);
    undecided(&orejime, "eu-consent={%22other%22:true}", "incomplete");
}

#[test]
fn piwik_pro_raw_and_encoded() {
    let piwik = Import::new("piwik-pro");
    let json = "{\"visitorId\":\"v\",\"consents\":{\"remarketing\":{\"status\":0},\"analytics\":{\"status\":1,\"updatedAt\":\"2026-01-01T00:00:00.000Z\"},\"custom_consent\":{\"status\":0}}}";
    let half = json.replace('"', "%22").replace(',', "%2C");
    for value in [json.to_owned(), half, encoded(json)] {
        grants(&piwik, &format!("ppms_privacy_00000000-0000-4000-8000-000000000000={value}"), ANALYTICS);
    }
}

#[test]
fn commanders_act_before_it_stored_times() {
    let commanders = import("commanders-act", &[("1", "functional"), ("2", "analytics")]);
    refuses(&commanders, "TC_PRIVACY=1@064@ALL@; TC_PRIVACY_CENTER=ALL", FUNCTIONAL | ANALYTICS);
    refuses(&commanders, "TC_PRIVACY=1@064@", FUNCTIONAL | ANALYTICS);
    undecided(&commanders, "TC_PRIVACY=0@064@ALL@", "implied");
    grants(&commanders, "TC_PRIVACY=0%40005%402%40", ANALYTICS);
    grants(&commanders, "TC_PRIVACY=0@032|1|4525@2,9@2@1713310882911,1713310882911,1747006882911@", ANALYTICS);
    unreadable(&commanders, "TC_PRIVACY=1", "shape");
    unreadable(&commanders, "TC_PRIVACY=2@064@1@", "shape");
}

#[test]
fn react_cookie_consent_where_only_the_cookie_for_old_browsers_is_left() {
    let react = Import::new("react-cookie-consent");
    grants(&react, "CookieConsent-legacy=true", all());
    refuses(&react, "CookieConsent-legacy=false", all());
    refuses(&react, "CookieConsent-legacy=false; CookieConsent=true", all());
    let mut words = named("gdpr", react);
    words.values.insert("accepted all".to_owned(), true);
    grants(&words, "gdpr=accepted%20all", all());
    refuses(&words, "gdpr=no%20thanks", all());
}

#[test]
fn borlabs_moove_wix_and_the_others_in_their_other_encodings() {
    let borlabs = revision("11", Import::new("borlabs"));
    let value = "{\"consents\":{\"essential\":[\"borlabs-cookie\"],\"statistics\":[\"google-analytics\"],\"marketing\":[]},\"uid\":\"anonymous\",\"version\":\"11\"}";
    for value in [value.to_owned(), encoded(value), encoded(&value.replace("\"11\"", "11"))] {
        grants(&borlabs, &format!("borlabs-cookie={value}"), ANALYTICS);
    }
    refuses(&borlabs, "borlabs-cookie={\"consents\":[],\"version\":11}", FUNCTIONAL | ANALYTICS | ADVERTISING);
    let moove = encoded("{\"strict\":\"1\",\"thirdparty\":\"1\",\"advanced\":\"0\"}");
    grants(&Import::new("moove"), &format!("moove_gdpr_popup={moove}"), ANALYTICS);
    grants(
        &Import::new("wix"),
        "consent-policy={\"ts\":29468392,\"adv\":0,\"anl\":1,\"func\":0,\"ess\":1,\"dt3\":0}",
        ANALYTICS,
    );
    let civic = import("civic", &[("analytics", "analytics"), ("Marketing", "advertising")]);
    let value = "{\"interactedWith\":true,\"optionalCookies\":{\"marketing\":\"accepted\",\"analytics\":\"accepted\",\"Marketing\":\"legitimate interest\"},\"consentDate\":1676407618702}";
    grants(&civic, &format!("CookieControl={value}"), ANALYTICS);
    grants(&civic, &format!("CookieControl={}", encoded(value)), ANALYTICS);
    undecided(&civic, &format!("CookieControl={}", value.replace("true", "false")), "not-answered");
    let govuk = Import::new("govuk");
    let value = "{\"essential\":true,\"settings\":false,\"usage\":true,\"campaigns\":false}";
    grants(&govuk, &format!("cookies_policy={}; cookies_preferences_set=true", encoded(value)), ANALYTICS);
    undecided(
        &govuk,
        &format!("cookies_policy={}", value.replace("\"usage\":true", "\"usage\":false")),
        "not-answered",
    );
    let axeptio = import("axeptio", &[("ga", "analytics"), ("fb", "advertising")]);
    let value = "{\"$$token\":\"t\",\"$$date\":\"2026-06-16T05:19:22.179Z\",\"$$cookiesVersion\":{\"name\":\"x\",\"identifier\":\"y\"},\"ga\":true,\"fb\":false,\"$$googleConsentMode\":{\"version\":2},\"$$completed\":true}";
    for value in [value.to_owned(), encoded(value), value.replace('"', "%22").replace(',', "%2C")] {
        grants(&axeptio, &format!("axeptio_cookies={value}; axeptio_authorized_vendors=%2Cga%2Cfb%2C"), ANALYTICS);
    }
    let cookie_first = revision("v-2", Import::new("cookiefirst"));
    let value = |version: &str| {
        encoded(&format!(
            "{{\"necessary\":true,\"performance\":true,\"functional\":false,\"advertising\":false,\"timestamp\":1719223938,\"type\":\"category\",\"version\":\"{version}\"}}"
        ))
    };
    grants(&cookie_first, &format!("cookiefirst-consent={}", value("v-2")), ANALYTICS);
    undecided(&cookie_first, &format!("cookiefirst-consent={}", value("v-1")), "revision");
}
