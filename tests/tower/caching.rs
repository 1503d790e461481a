//! What shared caches are told: R39.

use super::{get, head, value, with};
use consent_gate::policy::CacheRule;
use consent_gate::{Category, Gate, testing};

const PAGE: [(&str, &str); 4] =
    [("content-type", "text/html"), ("cache-control", "public, max-age=60"), ("etag", "\"1\""), ("vary", "Accept")];

#[test]
fn r39_a_response_that_nobody_asked_about_stays_byte_for_byte() {
    let all = [PAGE[0], PAGE[1], PAGE[2], PAGE[3], ("cdn-cache-control", "max-age=9"), ("expires", "0"), ("x-a", "1")];
    let pairs = all.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    let mut policy = testing::policy();
    policy.headers = policy.headers.content_security_policy(false).permissions_policy(false);
    let gate = Gate::new(policy).unwrap();
    let get = || with(gate.clone());
    for visitor in
        [get(), get().accepted(), get().refused(), get().header("sec-gpc", "1"), get().header("cookie", "sid=1")]
    {
        let mut left = head(&visitor.answer(all));
        let mut expected = pairs.to_vec();
        left.sort();
        expected.sort();
        assert_eq!(left, expected);
    }
}

#[test]
fn r39_a_page_for_shared_caches_gets_everybodys_policy_and_nothing_else() {
    let answers = [get(), get().accepted(), get().refused(), get().header("sec-gpc", "1")];
    let answers = answers.map(|visitor| head(&visitor.answer(PAGE)));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let added: Vec<_> = answers[0].iter().filter(|(name, _)| !PAGE.iter().any(|(own, _)| own == name)).collect();
    assert!(added.len() == 1 && added[0].0 == "content-security-policy", "{added:?}");
}

#[test]
fn r39_a_response_is_private_when_the_handler_asked() {
    for (what, asking) in [
        ("may_track", get().handler(|visitor| _ = visitor.may_track(Category::ANALYTICS))),
        ("decide", get().handler(|visitor| _ = visitor.decide(Category::ANALYTICS))),
        ("embed", get().handler(|visitor| _ = visitor.decide_address("https://px.lumen.example/v.gif"))),
        ("storage", get().handler(|visitor| _ = visitor.decide_storage(consent_gate::Storage::Local, "player.volume"))),
        ("cookie", get().handler(|visitor| _ = visitor.decide_cookie("lang"))),
        ("set_cookie", get().handler(|visitor| _ = visitor.judge_set_cookie("lang=de"))),
        ("prompt", get().handler(|visitor| _ = visitor.prompt())),
        ("signal_status", get().handler(|visitor| _ = visitor.signal_status())),
        ("explain", get().handler(|visitor| _ = visitor.explain(Category::ANALYTICS))),
        ("answered", get().handler(|visitor| _ = visitor.answered())),
        ("permit", get().handler(|visitor| _ = visitor.permit(Category::ANALYTICS))),
    ] {
        let response = asking.answer(PAGE);
        assert_eq!(value(&response, "cache-control"), "private, no-store", "{what}");
        assert_eq!(value(&response, "vary"), "Accept | Cookie, Sec-GPC", "{what}");
        assert_eq!(value(&response, "etag"), "\"1\"", "{what}");
    }
}

#[test]
fn r39_a_response_is_private_when_the_gate_judged_or_changed_it() {
    let shaped = |response| (value(&response, "cache-control"), value(&response, "vary"));
    let private = ("private, no-store".to_owned(), "Cookie, Sec-GPC".to_owned());
    assert_eq!(shaped(get().answer([("set-cookie", "sid=1")])), private, "judged and kept");
    assert_eq!(shaped(get().answer([("set-cookie", "_lum1=1")])), private, "judged and dropped");
    let sent = get().refused().header("cookie", "_lum1=a");
    assert_eq!(shaped(sent.answer([("content-type", "text/html")])), private, "erased");
    let clicked = get().method("POST").handler(|visitor| visitor.refuse_all().unwrap());
    assert_eq!(shaped(clicked.answer([("x-a", "1")])), private, "stored an answer");
}

#[test]
fn t12_headers_that_speak_past_cache_control_go() {
    let names = ["surrogate-control", "cdn-cache-control", "cloudflare-cdn-cache-control", "expires"];
    let headers = names.map(|name| (name, "max-age=60")).into_iter().chain([("set-cookie", "sid=1")]);
    let response = get().answer(headers);
    for name in names {
        assert_eq!(value(&response, name), "", "{name}");
    }
}

#[test]
fn a_vary_that_says_it_already_is_not_repeated() {
    for said in ["Cookie, Sec-GPC", "*", "sec-gpc, accept, COOKIE"] {
        assert_eq!(value(&get().answer([("set-cookie", "sid=1"), ("vary", said)]), "vary"), said);
    }
}

#[test]
fn revalidate_keeps_pages_for_the_visitor_alone() {
    let mut policy = testing::policy();
    policy.enforce.cache = CacheRule::Revalidate;
    let asking = with(Gate::new(policy).unwrap()).handler(|visitor| _ = visitor.may_track(Category::ANALYTICS));
    let response = asking.answer(PAGE);
    assert_eq!(value(&response, "cache-control"), "private, no-cache");
    assert_eq!(value(&response, "vary"), "Accept | Cookie, Sec-GPC");
}
