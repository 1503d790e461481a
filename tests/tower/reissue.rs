//! A refusal must not lapse with its cookie: R37.

use super::{Exchange, get, lines_of, with};
use chrono::TimeDelta;
use consent_gate::policy::{Period, RegimeOverride};
use consent_gate::{Category, Gate, testing};

const PAGE: (&str, &str) = ("content-type", "text/html");

/// A document navigation with an answer of so many days ago.
fn visit(days: i64, granted: Category, region: &'static str) -> Exchange {
    let cookie = testing::cookie(&testing::gate(), granted, testing::now() - TimeDelta::days(days));
    get()
        .region(region)
        .header("cookie", cookie)
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
}

#[track_caller]
fn nothing(exchange: &Exchange) {
    assert_eq!(lines_of(&exchange.answer([PAGE])), [""; 0]);
}

#[test]
fn r37_a_refusal_is_reissued_in_the_last_quarter_of_its_cookie_with_the_same_date() {
    for days in [300, 399, 401, 4_000] {
        let decided = (testing::now() - TimeDelta::days(days)).timestamp();
        let lines = lines_of(&visit(days, Category::empty(), "DE").answer([PAGE]));
        let expected =
            format!("__Host-consent=1.4.{decided}.0.1e.0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000");
        assert_eq!(lines, [expected]);
    }
    for days in [0, 1, 299] {
        nothing(&visit(days, Category::empty(), "DE"));
    }
}

#[test]
fn r37_an_answer_with_a_live_grant_is_never_reissued() {
    let mut policy = testing::policy();
    policy.regimes.push(RegimeOverride::new(["JP"]).grant_lasts(Period::days(400)));
    let long = with(Gate::new(policy).unwrap()).region("JP").header("accept", "text/html");
    let decided = testing::now() - TimeDelta::days(350);
    let mixed = testing::cookie(&testing::gate(), Category::ANALYTICS, decided);
    nothing(&long.clone().header("cookie", mixed));
    nothing(&long.clone().header("cookie", testing::cookie(&testing::gate(), testing::gate().offered(), decided)));
    nothing(&long.clone().header("cookie", format!("__Host-consent=1.4.{}.0.1e.0.+lumen", decided.timestamp())));
    let refusal = testing::cookie(&testing::gate(), Category::empty(), decided);
    assert_eq!(lines_of(&long.header("cookie", refusal).answer([PAGE])).len(), 1);
}

#[test]
fn an_answer_that_refuses_nothing_may_lapse() {
    nothing(&visit(301, testing::gate().offered(), "DE"));
}

#[test]
fn only_a_document_navigation_reissues() {
    let old = || {
        let decided = testing::now() - TimeDelta::days(350);
        get().header("cookie", testing::cookie(&testing::gate(), Category::empty(), decided))
    };
    nothing(&old());
    nothing(&old().header("accept", "*/*"));
    nothing(&old().header("accept", "text/html").header("sec-fetch-mode", "cors"));
    nothing(&old().header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "iframe"));
    nothing(&visit(350, Category::empty(), "DE").header("sec-purpose", "prefetch"));
    nothing(&visit(350, Category::empty(), "DE").method("POST"));
    nothing(&visit(350, Category::empty(), "DE").method("HEAD"));
    nothing(&visit(350, Category::empty(), "DE").report_only());
    assert_eq!(lines_of(&old().header("accept", "text/html,*/*;q=0.8").answer([PAGE])).len(), 1, "an older browser");
    let shared = visit(350, Category::empty(), "DE").answer([PAGE, ("cache-control", "public")]);
    assert!(lines_of(&shared).is_empty());
}

#[test]
fn a_request_that_changes_the_answer_writes_only_the_new_one() {
    let changing = visit(350, Category::empty(), "DE")
        .header("sec-fetch-site", "same-origin")
        .handler(|visitor| visitor.grant(Category::ANALYTICS).unwrap());
    let lines = lines_of(&changing.answer([PAGE]));
    assert!(lines.len() == 1 && lines[0].starts_with("__Host-consent=1.4.1795435200.4.1a.0; "), "{lines:?}");
}

#[test]
fn a_broken_answer_is_not_reissued() {
    let broken = get().header("cookie", "__Host-consent=1.4.1700000000.0.1e.0x").header("accept", "text/html");
    nothing(&broken);
}
