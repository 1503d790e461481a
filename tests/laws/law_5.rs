//! Law 5: enforcement allows nothing that the fold denies, save a provider granted by name and a tracker that the
//! regime exempts, as the design limits them.

use crate::laws::world::*;
use consent_gate::Category;
use consent_gate::policy::Exemption;

#[test]
fn a_tracker_is_allowed_where_its_category_is_and_else_only_by_name_or_exemption() {
    let mut exceptions = [0; 2];
    for state in State::all() {
        for (place, (category, claims, provider)) in (2..).zip(TRACKERS) {
            if state.answers()[place].is_deny() || category == Category::ESSENTIAL {
                continue;
            }
            let decision = state.answers()[usize::from(category == ADVERTISING)];
            let said = match state.sent() {
                Sent::Answer(said) => Some(said),
                _ => None,
            };
            let by_name = provider.is_some_and(|(id, since, _)| {
                said.is_some_and(|said| said.named == Some((id, true)) && said.revision >= since)
            });
            let is_date_live = TIMES[state.time] < DECIDED + state.regime().grant_lasts.num_seconds();
            let saw_gpc_and_known = said.is_some_and(|said| said.saw_gpc) && PEOPLE[state.person].0;
            let allowed = match decision.code() {
                _ if decision.is_allow() => true,
                "undecided" | "expired" | "notice-changed" | "dnt" if claims => {
                    exceptions[0] += 1;
                    state.regime().honours(Exemption::AudienceMeasurement) || (by_name && is_date_live)
                }
                "undecided" | "refused" | "notice-changed" | "dnt" => {
                    exceptions[1] += 1;
                    by_name && is_date_live
                }
                "gpc" => by_name && is_date_live && saw_gpc_and_known,
                _ => false,
            };
            assert!(allowed, "{} despite {decision} for {state:?} {said:?}", QUESTIONS[place]);
        }
    }
    assert!(exceptions.iter().all(|count| *count > 100), "the exceptions were never met: {exceptions:?}");
}

#[test]
fn what_is_essential_is_allowed_to_everyone() {
    for state in State::all() {
        assert!(state.answers()[2].code() == "essential" && state.answers()[3].code() == "essential", "{state:?}");
    }
}

#[test]
fn a_tracker_of_the_site_itself_is_decided_exactly_as_its_category() {
    for state in State::all() {
        assert_eq!(state.answers()[4], state.answers()[0], "{state:?}");
        assert_eq!(state.answers()[9], state.answers()[1], "{state:?}");
    }
}
