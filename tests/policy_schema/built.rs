//! A policy that is built in code equals the one that is read from a file.

use super::*;
use consent_gate::policy::{Import, Notice, Targets};

/// Each key of the schema, with a value that is not its default.
const EVERY_KEY: &str = r#"
site = "shop"
revision = 7
presets = "2026-11"
languages = ["en", "de"]
hosts = ["shop.example"]

[controller]
name = "Shop Ltd"
contact = "privacy@shop.example"
privacy_url = "https://shop.example/privacy"

[notice]
banner_title.en = "Cookies"
banner_text.en = "We ask before we count."
page_title.en = "Your choices"
page_text.en = "Change them at any time."
essential.en = "They keep you signed in."
help.en = "Your browser can delete cookies."

[cookie]
name = "__Secure-choice"
max_age = "200d"
domain = "shop.example"

[enforce]
undeclared = "report"
unknown_region = "DE"
cache = "revalidate"

[headers]
content_security_policy = false
omit = ["frame-src"]
report = "/consent/csp"
permissions_policy = false
clear_storage = true

[[category]]
id = "live-help"
custom = 3
like = "functional"
since = 2
title.en = "Live help"
purpose.en = "Lets you chat."
impact.en = "Help is by e-mail."

[[provider]]
id = "lumen"
name = "Lumen Analytics"
role = "processor"
company = "Lumen GmbH"
since = 3
country = "DE"
retention = "25 months"
agreement = "Agreement of 2025"
hosts = ["lumen.example"]
collects.en = ["pages viewed"]
purpose.en = "Counts visits."
policy_url = "https://lumen.example/privacy"
opt_out_url = "https://lumen.example/opt-out"

[[tracker]]
name = "_lum*"
technology = "cookie"
category = "live-help"
provider = "lumen"
lifetime = "395d"
domain = "shop.example"
path = "/learn"
partitioned = true
secure = true
http_only = true
same_site = "lax"
exemption = "audience-measurement"
purpose.en = "Tells visits apart."

[[regime]]
regions = ["FR", "ES"]
rules = { live-help = "opt-out" }
gpc = ["advertising"]
gpc_third_parties = true
dnt = false
forbidden_for_minors = []
exemptions = ["user-requested"]
grant_lasts = "90d"
ask_again_after = "184d"

[[import]]
system = "klaro"
cookie = "choices"
map = { chat = ["live-help", "lumen"] }
values = { yes = true }
revision = "2"
precedence = 1
migrate = true

[retention]
account_closure = "30d"
evidence = "365d"
"#;

fn built() -> Policy {
    let notice = Notice::default()
        .banner_title([("en", "Cookies")])
        .banner_text([("en", "We ask before we count.")])
        .page_title([("en", "Your choices")])
        .page_text([("en", "Change them at any time.")])
        .essential([("en", "They keep you signed in.")])
        .help([("en", "Your browser can delete cookies.")]);
    let cookie = ConsentCookie::default().name("__Secure-choice").max_age(Period::days(200)).domain("shop.example");
    let headers = DocumentHeaders::default()
        .content_security_policy(false)
        .omit(["frame-src"])
        .report("/consent/csp")
        .permissions_policy(false)
        .clear_storage(true);
    let live_help = CategoryDeclaration::new("live-help")
        .custom(3)
        .like("functional")
        .since(2)
        .title([("en", "Live help")])
        .purpose([("en", "Lets you chat.")])
        .impact([("en", "Help is by e-mail.")]);
    let lumen = Provider::new("lumen", "Lumen Analytics", Role::Processor)
        .company("Lumen GmbH")
        .since(3)
        .country("DE")
        .retention("25 months")
        .agreement("Agreement of 2025")
        .hosts(["lumen.example"])
        .collects([("en", ["pages viewed"])])
        .purpose([("en", "Counts visits.")])
        .policy_url("https://lumen.example/privacy")
        .opt_out_url("https://lumen.example/opt-out");
    let tracker = Tracker::new("_lum*", Technology::Cookie, "live-help")
        .provider("lumen")
        .lifetime(Period::days(395))
        .domain("shop.example")
        .path("/learn")
        .partitioned(true)
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .exemption(Exemption::AudienceMeasurement)
        .purpose([("en", "Tells visits apart.")]);
    let regime = RegimeOverride::new(["FR", "ES"])
        .rules([("live-help", Rule::OptOut)])
        .gpc(["advertising"])
        .gpc_third_parties(true)
        .dnt(false)
        .forbidden_for_minors([""; 0])
        .exemptions([Exemption::UserRequested])
        .grant_lasts(Period::days(90))
        .ask_again_after(Period::days(184));
    let klaro = Import::new("klaro")
        .cookie("choices")
        .map([("chat", Targets::from(["live-help", "lumen"]))])
        .values([("yes", true)])
        .revision("2")
        .precedence(1)
        .migrate(true);
    Policy::new("shop", 7, "2026-11", ["en", "de"], ["shop.example"])
        .controller(Controller::new("Shop Ltd", "privacy@shop.example").privacy_url("https://shop.example/privacy"))
        .notice(notice)
        .cookie(cookie)
        .enforce(Enforce::default().undeclared(Undeclared::Report).unknown_region("DE").cache(CacheRule::Revalidate))
        .headers(headers)
        .categories([live_help])
        .providers([lumen])
        .trackers([tracker])
        .regimes([regime])
        .imports([klaro])
        .retention(Retention::default().account_closure(Period::days(30)).evidence(Period::days(365)))
}

#[test]
fn each_key_of_a_file_has_a_setter_that_sets_it() {
    assert_eq!(Policy::from_toml(EVERY_KEY).unwrap(), built());
}

/// What equals its default is not written: a key that is missing here was not set.
#[test]
fn each_key_of_the_file_is_written_back() {
    let keys = |text: &str| text.parse::<toml::Table>().unwrap();
    assert_eq!(keys(&built().to_toml().unwrap()), keys(EVERY_KEY));
}
