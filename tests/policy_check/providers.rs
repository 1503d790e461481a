//! What a `[[provider]]` entry can get wrong.

use super::{EXAMPLE, adds, finds, problems};
use consent_gate::policy::{Problem, ProblemKind};

#[test]
fn a_third_party_without_both_addresses_is_found() {
    let missing = |key| ("provider \"adloop\"", ProblemKind::ThirdPartyAddress(key));
    let addresses = "policy_url = \"https://adloop.example/privacy\"\nopt_out_url = \"https://adloop.example/opt-out\"";
    let [policy, opt_out] = addresses.split('\n').collect::<Vec<_>>()[..] else { panic!("two lines") };
    finds(policy, "", &[missing("policy_url")]);
    finds(opt_out, "", &[missing("opt_out_url")]);
    finds(addresses, "", &[missing("policy_url"), missing("opt_out_url")]);
    finds("policy_url = \"https://paylane.example/privacy\"", "", &[]);
}

#[test]
fn a_provider_whose_trackers_span_two_categories_is_found() {
    let two = ProblemKind::TwoCategories("analytics".to_owned(), "functional".to_owned());
    let queue = "name = \"lum.queue\"\ntechnology = \"local-storage\"\ncategory = ";
    let at = |category: &str| format!("{queue}{category:?}");
    finds(&at("analytics"), &at("functional"), &[("provider \"lumen\"", two)]);
    // Essential trackers are nobody's choice, and do not count.
    finds(&at("analytics"), &at("essential"), &[]);
}

#[test]
fn provider_ids_that_cannot_all_fit_the_cookie_are_found() {
    let entry = |id: &str| {
        format!(
            "[[provider]]\nid = {id:?}\nname = \"x\"\nrole = \"processor\"\npurpose.en = \"x\"\ncollects.en = [\"x\"]\n"
        )
    };
    let many = |count, length| -> String { (0..count).map(|i| entry(&format!("p{i:0>length$}"))).collect() };
    adds(&many(59, 2), &[]);
    let found = problems(&format!("{EXAMPLE}\n{}", many(60, 2)));
    assert!(
        matches!(found[..], [Problem { ref entry, kind: ProblemKind::TooManyProviders { count: 65, .. }, .. }] if entry == "provider"),
        "{found:?}"
    );
    // Few, but with long ids.
    let found = problems(&format!("{EXAMPLE}\n{}", many(59, 31)));
    assert!(matches!(found[..], [Problem { kind: ProblemKind::TooManyProviders { count: 64, .. }, .. }]), "{found:?}");
}
