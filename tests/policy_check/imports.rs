//! The `[[import]]` entries.

use super::{LAST, adds, edited, gate, problems};
use consent_gate::policy::{ProblemKind, UnknownName};

#[track_caller]
fn import(entry: &str, expected: &[ProblemKind]) {
    let name = entry.split('"').nth(1).unwrap();
    let entry_name = format!("import {name:?}");
    let expected: Vec<_> = expected.iter().map(|kind| (&*entry_name, kind.clone())).collect();
    adds(&format!("[[import]]\n{entry}"), &expected);
}

#[test]
#[cfg(not(feature = "cmp"))]
fn without_the_feature_an_import_is_refused_and_the_feature_named() {
    import("system = \"onetrust\"", &[ProblemKind::FeatureMissing("cmp")]);
    let error = gate(&edited(LAST, &format!("{LAST}\n[[import]]\nsystem = \"onetrust\""))).unwrap_err().to_string();
    assert!(error.contains("import \"onetrust\": this build cannot read it; add features = [\"cmp\"]"), "{error}");
    assert_eq!(
        problems(&edited(LAST, &format!("{LAST}\n[[import]]\nsystem = \"klaro\"\n[[import]]\nsystem = \"x\""))).len(),
        2
    );
}

#[cfg(feature = "cmp")]
mod with_the_feature {
    use super::*;
    use consent_gate::Warning;

    #[test]
    fn a_system_that_nobody_knows_is_found() {
        let text = edited(LAST, &format!("{LAST}\n[[import]]\nsystem = \"one-trust\""));
        let found = problems(&text);
        assert_eq!(found.len(), 1);
        assert!(matches!(&found[0].kind, ProblemKind::UnknownSystem(name)
            if name.meant() == Some("onetrust") && name.known().any(|system| system == "wp-consent-api")));
    }

    #[test]
    fn what_no_server_can_know_is_refused_with_the_way_out() {
        for system in [
            "usercentrics",
            "termly",
            "sourcepoint",
            "silktide",
            "silktide-consent-manager",
            "osano",
            "real-cookie-banner",
            "consentmanager",
        ] {
            let error =
                gate(&edited(LAST, &format!("{LAST}\n[[import]]\nsystem = {system:?}"))).unwrap_err().to_string();
            assert!(
                error.contains(&format!("import {system:?}: no server can know what visitors answered")),
                "{error}"
            );
            assert!(error.contains("put its bridge on the page"), "{error}");
        }
    }

    #[test]
    fn a_map_is_needed_where_the_site_chooses_the_names() {
        import("system = \"klaro\"", &[ProblemKind::NothingMapped("klaro".to_owned())]);
        import(
            "system = \"klaro\"\nmap = { session = \"essential\" }",
            &[ProblemKind::NothingMapped("klaro".to_owned())],
        );
        import("system = \"klaro\"\nmap = { lumen = \"lumen\" }", &[]);
        for system in
            ["onetrust", "cookiebot", "cookieyes", "complianz", "iab-tcf", "react-cookie-consent", "usprivacy"]
        {
            import(&format!("system = {system:?}"), &[]);
        }
    }

    #[test]
    fn a_map_names_categories_and_providers_that_exist() {
        let known = ["functional", "analytics", "personalization", "advertising", "live-help"];
        let known = known.into_iter().chain(["lumen", "adloop", "paylane", "cliptube", "fastedge"]);
        let unknown = ProblemKind::UnknownTarget(UnknownName::new("statistics", known));
        import("system = \"onetrust\"\nmap = { C0002 = \"statistics\" }", std::slice::from_ref(&unknown));
        import(
            "system = \"onetrust\"\nmap = { C0002 = [\"analytics\", \"statistics\"], C9 = \"statistics\" }",
            &[unknown.clone(), unknown],
        );
        import("system = \"onetrust\"\nmap = { C0002 = [\"lumen\", \"live-help\"], C0005 = [] }", &[]);
        let text =
            edited("id = \"lumen\"", "id = \"analytics\"").replace("provider = \"lumen\"", "provider = \"analytics\"");
        let found = problems(&format!("{text}\n[[import]]\nsystem = \"klaro\"\nmap = {{ a = \"analytics\" }}"));
        assert_eq!(found[0].kind, ProblemKind::AmbiguousTarget("analytics".to_owned()));
    }

    #[test]
    fn a_default_whose_category_the_policy_does_not_offer_is_left_out() {
        let text = "site = \"a\"\nrevision = 1\npresets = \"2026-11\"\nlanguages = [\"en\"]\nhosts = [\"a.example\"]\n
            [[category]]\nid = \"analytics\"\ntitle.en = \"a\"\npurpose.en = \"a\"\nimpact.en = \"a\"\n
            [[import]]\nsystem = \"cookiebot\"";
        assert_eq!(problems(text), []);
        let named = format!("{text}\nmap = {{ marketing = \"advertising\" }}");
        assert_eq!(problems(&named)[0].kind, ProblemKind::CategoryWithoutNotice("advertising".to_owned()));
    }

    #[test]
    fn what_a_system_does_not_have_cannot_be_set() {
        import(
            "system = \"klaro\"\nrevision = 2\nmap = { a = \"analytics\" }",
            &[ProblemKind::NoRevision("klaro".to_owned())],
        );
        import("system = \"cookiebot\"\nvalues = { yes = true }", &[ProblemKind::NoValues("cookiebot".to_owned())]);
        import("system = \"complianz\"\nrevision = 20\ncookie = \"cmplz_rt_\"", &[]);
        import("system = \"react-cookie-consent\"\ncookie = \"a b\"", &[ProblemKind::CookieName]);
        let many: Vec<String> = (0..129).map(|item| format!("i{item} = \"analytics\"")).collect();
        let many = format!("system = \"klaro\"\nmap = {{ {} }}", many.join(", "));
        import(&many, &[ProblemKind::TooManyItems { count: 129, limit: 128 }]);
    }

    #[test]
    fn all_mistakes_of_all_entries_are_listed_at_once() {
        let entries =
            "[[import]]\nsystem = \"usercentrics\"\n[[import]]\nsystem = \"klaro\"\nrevision = 1\ncookie = \"=\"";
        let found = problems(&edited(LAST, &format!("{LAST}\n{entries}")));
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[track_caller]
    fn warns(text: &str, expected: &[&str]) {
        let gate = gate(text).unwrap();
        let lost = gate.warnings().iter().filter_map(|warning| match warning {
            Warning::BannerCookie { cookie, .. } => Some(cookie.as_str()),
            _ => None,
        });
        assert_eq!(lost.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_banner_s_cookie_that_would_be_lost_is_warned_of() {
        let cookie = |name: &str, category: &str| {
            format!(
                "[[tracker]]\nname = {name:?}\ntechnology = \"cookie\"\ncategory = {category:?}\n\
                 lifetime = \"365d\"\npurpose.en = \"Keeps your answer.\"\n"
            )
        };
        let with = |entry: &str, trackers: &str| edited(LAST, &format!("{LAST}\n{trackers}\n[[import]]\n{entry}"));
        let onetrust = "system = \"onetrust\"";
        warns(&with(onetrust, ""), &["OptanonConsent"]);
        warns(&with(onetrust, &cookie("OptanonConsent", "essential")), &[]);
        warns(&with(onetrust, &cookie("Optanon*", "essential")), &[]);
        warns(&with(onetrust, &cookie("OptanonConsent", "functional")), &["OptanonConsent"]);
        warns(&with(onetrust, &cookie("OptanonConsen", "essential")), &["OptanonConsent"]);
        warns(&with("system = \"complianz\"", &cookie("cmplz_*", "essential")), &[]);
        warns(&with("system = \"complianz\"", &cookie("cmplz_statistics", "essential")), &[]);
        warns(&with("system = \"iubenda\"", &cookie("_iub_cs-123", "essential")), &[]);
        warns(
            &with("system = \"iubenda\"\ncookie = \"_iub_cs-1\"", &cookie("_iub_cs-123", "essential")),
            &["_iub_cs-1"],
        );
        let reported = with(onetrust, "").replace("undeclared = \"deny\"", "undeclared = \"report\"");
        warns(&reported, &[]);
        let text = gate(&with(onetrust, "")).unwrap().warnings().iter().map(ToString::to_string).collect::<String>();
        assert!(
            text.contains(
                "import \"onetrust\": the cookie \"OptanonConsent\" holds the visitor's answer and is not declared"
            ),
            "{text}"
        );
    }
}
