//! Random lives of one person and one policy: a queued event is sent only if it was allowed when it happened and is when
//! it is sent, and only what was asked about.

use super::*;
use consent_gate::{Answer, Category};
use proptest::prelude::*;

const ADDRESSES: [&str; 4] = [TALLY, COUNT, ADLOOP, OWN];

/// The policy as it was and as it became: the same, another meaning of analytics, another of `tally`, no `adloop`.
static GATES: LazyLock<[Gate; 4]> = LazyLock::new(|| {
    let later = |change: fn(&mut Policy)| {
        gate_with(|policy| {
            policy.revision = 5;
            change(policy);
        })
    };
    [
        gate(),
        later(|policy| policy.categories[1].since = 5),
        later(|policy| policy.providers[0].since = 5),
        later(|policy| {
            policy.trackers.retain(|tracker| tracker.provider.as_deref() != Some("adloop"));
            policy.providers.retain(|provider| provider.id != "adloop");
        }),
    ]
});

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    /// Categories granted and refused, by a complete answer or on top of the one before.
    Answer {
        granted: u32,
        refused: u32,
        named: Option<(bool, usize)>,
        is_complete: bool,
    },
    Forget,
    Lose,
    Signal(u8),
    Move(usize),
    Publish(usize),
    /// An event happens and is queued.
    Happen(usize),
    /// A worker takes the queue, and takes it again.
    Work {
        max_age: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..40 * DAY).prop_map(Step::Wait),
        (0..16_u32, 0..16_u32, proptest::option::of((any::<bool>(), 0..2_usize)), any::<bool>())
            .prop_map(|(granted, refused, named, is_complete)| Step::Answer { granted, refused, named, is_complete }),
        Just(Step::Forget),
        Just(Step::Lose),
        (0..4_u8).prop_map(Step::Signal),
        (0..5_usize).prop_map(Step::Move),
        (0..4_usize).prop_map(Step::Publish),
        (0..ADDRESSES.len()).prop_map(Step::Happen),
        (0..ADDRESSES.len()).prop_map(Step::Happen),
        (0..60 * DAY).prop_map(|max_age| Step::Work { max_age }),
        (0..60 * DAY).prop_map(|max_age| Step::Work { max_age }),
    ]
}

/// The person, the site and the clock.
struct Life {
    now: i64,
    gate: usize,
    answer: Option<Answer>,
    is_lost: bool,
    signals: u8,
    region: usize,
}

impl Life {
    fn visitor(&self) -> Visitor {
        let mut facts = site::facts(["DE", "FR", "CH", "US-CA", ""][self.region]);
        facts.known = self.signals & 2 != 0;
        match (&self.answer, self.is_lost) {
            (_, true) => facts.answer_text = Some("lost".to_owned()),
            (answer, false) => facts.account = answer.clone(),
        }
        let signals = if self.signals & 1 != 0 { Signals::GPC } else { Signals::empty() };
        GATES[self.gate].without_request(facts, signals, time(self.now))
    }

    fn says(&mut self, granted: u32, refused: u32, named: Option<(bool, usize)>, is_complete: bool) {
        let bits = |bits: u32| Category::from_bits_retain(bits << 1);
        let blank = || Answer::new(GATES[self.gate].policy().revision, time(self.now));
        let before = self.answer.take().filter(|_| !is_complete).unwrap_or_else(blank);
        let answer = before.grant(bits(granted)).refuse(bits(refused));
        self.answer = Some(match named {
            Some((granted, place)) => answer.except(["tally", "adloop"][place], granted).unwrap(),
            None => answer,
        });
        self.is_lost = false;
    }
}

/// An event in the queue: where to, its stamp as stored, and when and under which policy it happened.
struct Queued {
    address: &'static str,
    text: String,
    at: i64,
    revision: u32,
}

fn live(steps: Vec<Step>) -> Result<(usize, usize), TestCaseError> {
    let mut life = Life { now: NOW, gate: 0, answer: None, is_lost: false, signals: 0, region: 0 };
    let (mut queue, mut sent, mut held) = (Vec::new(), 0, 0);
    for step in steps {
        match step {
            Step::Wait(seconds) => life.now += seconds,
            Step::Answer { granted, refused, named, is_complete } => life.says(granted, refused, named, is_complete),
            Step::Forget => life.answer = None,
            Step::Lose => life.is_lost = true,
            Step::Signal(signals) => life.signals = signals,
            Step::Move(region) => life.region = region,
            Step::Publish(gate) => life.gate = gate,
            Step::Happen(place) => {
                let (visitor, address) = (life.visitor(), ADDRESSES[place]);
                let allowed = visitor.decide_address(address).is_allow();
                let stamp = visitor.stamp_forward(address);
                prop_assert_eq!(stamp.is_ok(), allowed, "stamped is allowed");
                let revision = GATES[life.gate].policy().revision;
                queue.extend(stamp.ok().map(|stamp| Queued {
                    address,
                    text: stamp.to_string(),
                    at: life.now,
                    revision,
                }));
            }
            Step::Work { max_age } => {
                let visitor = life.visitor();
                for queued in &queue {
                    let stamp: Stamp = queued.text.parse().unwrap();
                    let bound = TimeDelta::seconds(max_age);
                    let judged = visitor.rejudge(&stamp, bound);
                    prop_assert_eq!(visitor.rejudge(&stamp, bound), judged, "a retry is judged alike");
                    prop_assert_eq!(life.visitor().rejudge(&stamp, bound), judged, "on every server");
                    prop_assert_eq!(
                        visitor.stamped_forward_permit(&stamp, bound, queued.address).is_ok(),
                        judged.is_allow()
                    );

                    let now = visitor.decide_address(queued.address);
                    let is_young = life.now - queued.at <= max_age;
                    prop_assert!(judged.is_deny() || (now.is_allow() && is_young), "{judged} beside {now}, {stamp}");
                    let policy = GATES[life.gate].policy();
                    let has_changed = queued.revision < 5
                        && (policy.categories[1].since == 5 && queued.address != ADLOOP
                            || policy.providers[0].since == 5 && queued.address == TALLY);
                    prop_assert_eq!(judged.is_allow(), now.is_allow() && is_young && !has_changed, "{}", stamp);
                    if judged.is_allow() { sent += 1 } else { held += 1 }
                }
            }
        }
    }
    Ok((sent, held))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_1_a_queued_event_is_sent_only_if_it_was_allowed_and_still_is(steps in prop::collection::vec(step(), 1..30)) {
        live(steps)?;
    }
}

#[test]
fn the_lives_send_and_hold_back() {
    let happen = || (0..ADDRESSES.len()).map(Step::Happen);
    let answer = |granted, refused| Step::Answer { granted, refused, named: None, is_complete: true };
    let work = || Step::Work { max_age: 10 * DAY };
    let steps = [answer(15, 0)].into_iter().chain(happen()).chain([work(), answer(0, 15), work(), work()]);
    assert_eq!(live(steps.collect()).unwrap(), (4, 8));
}
