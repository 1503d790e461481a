//! R29: a withdrawal may empty the browser's storage, and never its cookies.

use crate::headers::{HTML, finish, gate_with, granted, page, policy};
use consent_gate::policy::{ProblemKind, Technology, Tracker};
use consent_gate::{Category, Gate};

fn emptying() -> Gate {
    gate_with(|policy| policy.headers.clear_storage = true)
}

#[test]
fn r29_storage_is_emptied_by_a_withdrawal_that_leaves_nothing_to_keep() {
    let gate = emptying();
    let exchange = granted(&gate, Category::FUNCTIONAL | Category::ANALYTICS);
    exchange.visitor().refuse(Category::FUNCTIONAL).unwrap();
    let edits = finish(&exchange, &[("location", "/")]);
    assert_eq!(page(&edits, "clear-site-data"), ["\"storage\""]);

    // The one key of the policy is functional: it stays with its category.
    let exchange = granted(&gate, Category::FUNCTIONAL | Category::ANALYTICS);
    exchange.visitor().refuse(Category::ANALYTICS).unwrap();
    assert!(page(&finish(&exchange, &[("location", "/")]), "clear-site-data").is_empty());
    // Nothing was changed.
    assert!(page(&finish(&granted(&gate, Category::empty()), &[HTML]), "clear-site-data").is_empty());
}

#[test]
fn r29_it_is_off_by_default() {
    let exchange = granted(&crate::headers::gate(), Category::FUNCTIONAL);
    exchange.visitor().refuse_all().unwrap();
    assert!(page(&finish(&exchange, &[HTML]), "clear-site-data").is_empty());
}

#[test]
fn r29_a_policy_with_an_essential_key_cannot_have_it() {
    let mut policy = policy();
    policy.headers.clear_storage = true;
    policy.trackers.push(Tracker::new("cart", Technology::SessionStorage, "essential"));
    let error = Gate::new(policy).unwrap_err();
    assert_eq!(error.problems()[0].entry, "headers.clear_storage");
    assert_eq!(error.problems()[0].kind, ProblemKind::EssentialStorage("cart".to_owned()));
}
