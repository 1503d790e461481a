//! Every visitor of a small world, and what each is allowed: laws 1 to 5 are read off this table.

use crate::site;
use chrono::{DateTime, Utc};
use consent_gate::policy::RegimeOverride;
use consent_gate::regime::{Regime, Rule};
use consent_gate::{Category, Decision, Facts, Gate, Storage, Visitor};
use std::sync::LazyLock;

pub const ANALYTICS: Category = Category::ANALYTICS;
pub const ADVERTISING: Category = Category::ADVERTISING;

/// The last four are the operator's own, one for each rule; there all signals and exemptions are honoured.
pub const REGIONS: [&str; 9] = ["DE", "FR", "CH", "US-CA", "", "NZ", "MX", "CL", "PE"];
pub const BY_STRICTNESS: [usize; 4] = [5, 6, 7, 8];
const RULES: [Rule; 4] = [Rule::Exempt, Rule::OptOut, Rule::OptIn, Rule::Forbidden];

/// Nobody special, known, a minor.
pub const PEOPLE: [(bool, bool); 3] = [(false, false), (true, false), (false, true)];
pub const SIGNALS: usize = 4;
pub const DECIDED: i64 = site::NOW - 10 * site::DAY;
/// Ten days after the click, and the very second in which the grant lapses.
pub const TIMES: [i64; 2] = [site::NOW, DECIDED + 180 * site::DAY];

/// What is asked of every visitor: two categories, then trackers.
pub const QUESTIONS: [&str; 11] = [
    "analytics",
    "advertising",
    "sid",
    "https://adloop.example/pay/",
    "own_a",
    "count_a",
    "tally_a",
    "https://tally.example/v.gif",
    "peek.queue",
    "own_ad",
    "https://adloop.example/t.js",
];
/// The category, whether an audience-measurement exemption is claimed, and the provider with its `since` and role.
pub type Terms = (Category, bool, Option<(&'static str, u32, bool)>);
pub const TRACKERS: [Terms; 9] = [
    (Category::ESSENTIAL, false, None),
    (Category::ESSENTIAL, false, Some(("adloop", 3, false))),
    (ANALYTICS, false, None),
    (ANALYTICS, true, None),
    (ANALYTICS, false, Some(("tally", 4, true))),
    (ANALYTICS, true, Some(("tally", 4, true))),
    (ANALYTICS, false, Some(("peek", 1, false))),
    (ADVERTISING, false, None),
    (ADVERTISING, false, Some(("adloop", 3, false))),
];
pub type Answers = [Decision; QUESTIONS.len()];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Choice {
    Unasked,
    Granted,
    Refused,
}
use Choice::{Granted, Refused, Unasked};

/// What the browser sends as the consent cookie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    Nothing,
    Garbage,
    Answer(Said),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Said {
    pub revision: u32,
    pub analytics: Choice,
    pub advertising: Choice,
    pub saw_gpc: bool,
    /// A provider granted (`true`) or refused by name.
    pub named: Option<(&'static str, bool)>,
}

impl Said {
    pub fn choice(&self, category: Category) -> Choice {
        if category == ANALYTICS { self.analytics } else { self.advertising }
    }

    pub fn value(&self, decided: i64) -> String {
        let of = |choice| {
            let bit = |category: Category| if self.choice(category) == choice { category.bits() } else { 0 };
            bit(ANALYTICS) | bit(ADVERTISING)
        };
        let named = self.named.map(|(id, granted)| format!(".{}{id}", if granted { '+' } else { '-' }));
        let (granted, refused, named) = (of(Granted), of(Refused), named.unwrap_or_default());
        format!("1.{}.{decided}.{granted:x}.{refused:x}.{}{named}", self.revision, u8::from(self.saw_gpc))
    }
}

impl Sent {
    pub fn header(&self, decided: i64) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Garbage => "__Host-consent=yes".to_owned(),
            Self::Answer(said) => format!("__Host-consent={}", said.value(decided)),
        }
    }
}

/// Every answer of the small world; nothing and garbage first.
pub static SENT: LazyLock<Vec<Sent>> = LazyLock::new(|| {
    let mut all = vec![Sent::Nothing, Sent::Garbage];
    let ids = ["tally", "peek", "adloop"].into_iter();
    let named: Vec<_> = std::iter::once(None).chain(ids.flat_map(|id| [Some((id, true)), Some((id, false))])).collect();
    for revision in [4, 3, 2] {
        for analytics in [Unasked, Granted, Refused] {
            for advertising in [Unasked, Granted, Refused] {
                for saw_gpc in [false, true] {
                    for &named in &named {
                        all.push(Sent::Answer(Said { revision, analytics, advertising, saw_gpc, named }));
                    }
                }
            }
        }
    }
    all
});

pub static GATE: LazyLock<Gate> = LazyLock::new(|| {
    site::gate_with(|policy| {
        let rules = |rule: Rule| policy.categories.iter().map(move |c| (c.id.clone(), rule));
        let own = |place: usize, rule: Rule| {
            RegimeOverride::new([REGIONS[place]])
                .rules(rules(rule))
                .gpc_third_parties(true)
                .dnt(true)
                .exemptions([consent_gate::policy::Exemption::AudienceMeasurement])
        };
        policy.regimes = BY_STRICTNESS.into_iter().zip(RULES).map(|(place, rule)| own(place, rule)).collect();
    })
});

/// One visitor, by places in the lists above.
#[derive(Clone, Copy, Debug)]
pub struct State {
    pub region: usize,
    pub signals: usize,
    pub person: usize,
    pub time: usize,
    pub sent: usize,
}

impl State {
    pub fn all() -> impl Iterator<Item = Self> {
        let mut states = Vec::with_capacity(count());
        for region in 0..REGIONS.len() {
            for signals in 0..SIGNALS {
                for person in 0..PEOPLE.len() {
                    for time in 0..TIMES.len() {
                        states.extend((0..SENT.len()).map(|sent| Self { region, signals, person, time, sent }));
                    }
                }
            }
        }
        states.into_iter()
    }

    fn place(&self) -> usize {
        let place = (self.region * SIGNALS + self.signals) * PEOPLE.len() + self.person;
        (place * TIMES.len() + self.time) * SENT.len() + self.sent
    }

    pub fn sent(&self) -> Sent {
        SENT[self.sent]
    }

    pub fn now(&self) -> DateTime<Utc> {
        site::time(TIMES[self.time])
    }

    pub fn has(&self, signal: usize) -> bool {
        self.signals & signal != 0
    }

    pub fn facts(&self) -> Facts {
        let (known, minor) = PEOPLE[self.person];
        site::facts(REGIONS[self.region]).known(known).minor(minor)
    }

    pub fn regime(&self) -> Regime {
        GATE.regime(site::region(REGIONS[self.region]), self.now())
    }

    pub fn visitor(&self) -> Visitor {
        visitor(self.signals, &self.sent().header(DECIDED), self.facts(), self.now())
    }

    /// What this visitor is told.
    pub fn answers(&self) -> &'static Answers {
        &TABLE[self.place()]
    }

    pub fn allowed(&self) -> u32 {
        allowed(self.answers())
    }
}

fn count() -> usize {
    REGIONS.len() * SIGNALS * PEOPLE.len() * TIMES.len() * SENT.len()
}

static TABLE: LazyLock<Vec<Answers>> = LazyLock::new(|| State::all().map(|state| ask(&state.visitor())).collect());

/// A visitor with these signals, 1 for GPC and 2 for DNT, and this `Cookie` header.
pub fn visitor(signals: usize, cookies: &str, facts: Facts, now: DateTime<Utc>) -> Visitor {
    let on = |bit| if signals & bit != 0 { "1" } else { "0" };
    GATE.visitor([("cookie", cookies), ("sec-gpc", on(1)), ("dnt", on(2))], facts, now)
}

/// Puts all questions.
pub fn ask(visitor: &Visitor) -> Answers {
    [
        visitor.decide(ANALYTICS),
        visitor.decide(ADVERTISING),
        visitor.judge_set_cookie("sid=1").decision(),
        visitor.decide_address("https://adloop.example/pay/"),
        visitor.judge_set_cookie("own_a=1; Path=/").decision(),
        visitor.judge_set_cookie("count_a=1; Path=/").decision(),
        visitor.judge_set_cookie("tally_a=1; Path=/").decision(),
        visitor.decide_address("https://tally.example/v.gif?x=1"),
        visitor.decide_storage(Storage::Local, "peek.queue"),
        visitor.judge_set_cookie("own_ad=1; Path=/").decision(),
        visitor.decide_address("https://adloop.example/t.js"),
    ]
}

/// The questions that are allowed, as a set of bits.
pub fn allowed(answers: &Answers) -> u32 {
    answers.iter().enumerate().fold(0, |all, (place, decision)| all | (u32::from(decision.is_allow()) << place))
}

/// That one visitor is allowed nothing that another is not.
#[track_caller]
pub fn narrows(after: u32, before: u32, what: impl std::fmt::Debug) {
    let widened = after & !before;
    let names: Vec<_> = (0..QUESTIONS.len()).filter(|place| widened >> place & 1 == 1).map(|p| QUESTIONS[p]).collect();
    assert!(names.is_empty(), "widened: {names:?} for {what:?}");
}
