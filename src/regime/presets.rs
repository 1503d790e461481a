//! The built-in presets: one dated and sourced row a region.
//!
//! Columns: functional, analytics, personalization, advertising, each with its rule for an adult who has said
//! nothing: `A` allowed, `AO` allowed until objection, `D` denied until granted. Where a rule depends on a condition
//! that only the operator knows, the row has the stricter rule and honours the tracker's declared exemption.
//!
//! Held to be true of a row that does not say otherwise:
//! - Global Privacy Control denies advertising, in the United States every third-party provider too.
//! - Do Not Track objects where a category is allowed until objection (LG Berlin, 16 O 420/19, for Europe).
//! - Known minors get no advertising and no personalization: nobody can know here that the right person agreed
//!   (DSA art. 28(2), COPPA, Connecticut, Maryland).
//! - A grant lives 180 days, and after a refusal nobody is asked for 184 (CNIL, Garante: six months).
//!
//! The rows presume that a law binds the operator: thresholds of size are not guessed at.

use super::Regime;
use crate::Category;
use crate::terms::rule::Rule;
use chrono::{NaiveDate, TimeDelta};

/// The editions of the table, oldest first, each with the day on which it was reviewed.
///
/// A policy names the one it was reviewed against.
pub const EDITIONS: &[(&str, NaiveDate)] = &[("2026-11", day(2026, 11, 23))];

/// What one region's law asks by default: a row of the built-in table.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Preset {
    /// An ISO 3166 code, `EU`, `EEA`, `US`, or `*` for every other place.
    pub region: &'static str,
    /// The law, and who enforces it.
    pub law: &'static str,
    /// The edition that brought these values.
    pub edition: &'static str,
    /// The first day (UTC) on which the law asks this.
    pub valid_from: NaiveDate,
    /// The day on which the row was last held against its source.
    pub reviewed_on: NaiveDate,
    /// Where the values were read.
    pub source: &'static str,
    /// The values.
    pub regime: Regime,
}

/// The built-in table.
#[must_use]
pub const fn presets() -> &'static [Preset] {
    PRESETS
}

const A: Rule = Rule::Exempt;
const AO: Rule = Rule::OptOut;
const D: Rule = Rule::OptIn;

const GPC_REACH: Category = Category::ADVERTISING;
const MINORS: Category = Category::PERSONALIZATION.union(Category::ADVERTISING);

#[rustfmt::skip]
const PRESETS: &[Preset] = &[
    // Everywhere else: nobody has read the law there, so nothing is presumed. The gate makes it the strictest of all rows.
    row("*",     [D,  D,  D,  D ], "no preset",                               day(1970,  1,  1), "the strictest of all presets"),

    // Europe: opt-in. "Functional" is free only where the visitor asked for it.
    row("EU",    [D,  D,  D,  D ], "GDPR and ePrivacy art. 5(3)",             day(2018,  5, 25), "EDPB Guidelines 05/2020; CJEU C-673/17; WP194").user_requested(),
    row("EEA",   [D,  D,  D,  D ], "GDPR in the EEA; ekomloven (Norway)",     day(2018,  7, 20), "EEA Joint Committee 154/2018; Datatilsynet and Nkom, 1 Jan 2025").user_requested(),
    row("FR",    [D,  D,  D,  D ], "Loi Informatique et Libertés art. 82",    day(2021,  4,  1), "CNIL 2020-091, 2020-092, 4 Jul 2025").user_requested().audience_measurement(),
    row("DE",    [D,  D,  D,  D ], "TDDDG s. 25",                             day(2021, 12,  1), "TDDDG s. 25; EinwV").user_requested(),
    row("ES",    [D,  D,  D,  D ], "LSSI art. 22.2",                          day(2020, 10, 31), "AEPD cookie guide; audience measurement guide, 11 Jan 2024").user_requested().audience_measurement().grant_days(730).ask_days(730),
    row("IT",    [D,  D,  D,  D ], "Privacy Code art. 122",                   day(2022,  1, 10), "Garante, 10 Jun 2021").user_requested().audience_measurement(),
    row("NL",    [D,  D,  D,  D ], "Telecommunicatiewet art. 11.7a",          day(2018,  5, 25), "Autoriteit Persoonsgegevens").user_requested().audience_measurement(),
    row("AT",    [D,  D,  D,  D ], "TKG 2021 s. 165(3)",                      day(2021, 11,  1), "DSB-D130.1174").user_requested(),
    row("BE",    [D,  D,  D,  D ], "GDPR and ePrivacy, APD/GBA",              day(2018,  5, 25), "APD/GBA, 17 Dec 2019; checklist 2023").user_requested(),
    row("IE",    [D,  D,  D,  D ], "SI 336/2011",                             day(2018,  5, 25), "DPC guidance, 6 Apr 2020").user_requested(),
    row("GB",    [AO, D,  D,  D ], "PECR reg. 6 and Schedule A1",             day(2026,  2,  5), "ICO guidance, 29 Apr 2026").audience_measurement(),
    row("CH",    [A,  AO, AO, D ], "FMG art. 45c, FADP",                      day(2023,  9,  1), "FDPIC guide, 6 Oct 2025"),

    // The rest of the world.
    row("BR",    [D,  D,  D,  D ], "LGPD",                                    day(2020,  9, 18), "ANPD cookie guide, 18 Oct 2022"),
    row("CA",    [AO, AO, AO, AO], "PIPEDA",                                  day(2012,  6,  6), "OPC position on online behavioural advertising"),
    row("CA-QC", [D,  D,  D,  D ], "Quebec Law 25, s. 8.1, 9.1, 14",          day(2023,  9, 22), "Law 25").user_requested(),
    row("JP",    [A,  AO, AO, D ], "APPI and TBA",                            day(2023,  6, 16), "TBA external transmission rule; APPI art. 31"),
    row("KR",    [A,  AO, AO, D ], "PIPA",                                    day(2024,  1,  1), "PIPC policy on behavioural data, Jan 2024"),
    row("IN",    [D,  D,  D,  D ], "DPDP Act 2023",                           day(2027,  5, 13), "DPDP Rules, 14 Nov 2025").minors(MINORS.union(Category::ANALYTICS)),
    row("ZA",    [AO, AO, AO, D ], "POPIA s. 11, 69",                         day(2021,  7,  1), "POPIA"),
    row("AU",    [AO, AO, AO, AO], "Privacy Act 1988",                        day(2014,  3, 12), "OAIC pixel guidance, Nov 2024"),
    row("CN",    [D,  D,  D,  D ], "PIPL",                                    day(2021, 11,  1), "PIPL art. 15, 16, 24"),

    // The United States: opt-out of sale, sharing and targeted advertising; GPC is such an opt-out.
    us("US",     "common to the state laws",                                  day(2020,  1,  1), "state comprehensive privacy laws"),
    us("US-CA",  "CCPA as amended by CPRA",                                   day(2020,  1,  1), "11 CCR 7025, 7026; Civ. Code 1798.120, 1798.135").ask_days(366),
    us("US-VA",  "VCDPA",                                                     day(2023,  1,  1), "state tracker, 4 Feb 2026"),
    us("US-CO",  "CPA",                                                       day(2023,  7,  1), "4 CCR 904-3 Rules 5.02-5.09"),
    us("US-CT",  "CTDPA",                                                     day(2023,  7,  1), "Attorney General guidance, Jul 2026"),
    us("US-UT",  "UCPA",                                                      day(2023, 12, 31), "state tracker, 4 Feb 2026"),
    us("US-TX",  "TDPSA 541.055",                                             day(2024,  7,  1), "541.055(e)-(f)"),
    us("US-OR",  "OCPA",                                                      day(2024,  7,  1), "12 Nov 2025"),
    us("US-FL",  "FDBR",                                                      day(2024,  7,  1), "state tracker, 4 Feb 2026"),
    us("US-MT",  "MCDPA",                                                     day(2024, 10,  1), "opt-out signal survey, 27 Apr 2026"),
    us("US-DE",  "DPDPA",                                                     day(2025,  1,  1), "opt-out signal survey, 27 Apr 2026"),
    us("US-IA",  "ICDPA",                                                     day(2025,  1,  1), "state tracker, 4 Feb 2026"),
    us("US-NE",  "NDPA",                                                      day(2025,  1,  1), "opt-out signal survey, 27 Apr 2026"),
    us("US-NH",  "NHPA",                                                      day(2025,  1,  1), "opt-out signal survey, 27 Apr 2026"),
    us("US-NJ",  "NJDPA",                                                     day(2025,  1, 15), "N.J.S.A. 56:8-166.11"),
    us("US-TN",  "TIPA",                                                      day(2025,  7,  1), "state tracker, 4 Feb 2026"),
    us("US-MN",  "MCDPA 325M.14",                                             day(2025,  7, 31), "325M.14"),
    us("US-MD",  "MODPA",                                                     day(2025, 10,  1), "opt-out signal survey, 2025"),
    us("US-IN",  "INCDPA",                                                    day(2026,  1,  1), "state tracker, 4 Feb 2026"),
    us("US-KY",  "KCDPA",                                                     day(2026,  1,  1), "state tracker, 4 Feb 2026"),
    us("US-RI",  "RIDTPPA",                                                   day(2026,  1,  1), "state tracker, 4 Feb 2026"),
    us("US-OK",  "Oklahoma privacy act",                                      day(2027,  1,  1), "Jun 2026"),
    us("US-LA",  "Louisiana Act 502",                                         day(2027,  1,  1), "Jun 2026"),
    us("US-AL",  "Alabama privacy act",                                       day(2027,  5,  1), "Jun 2026"),
    us("US-VT",  "Vermont privacy act",                                       day(2028,  1,  1), "Jun 2026"),
];

/// A row with what holds everywhere.
const fn row(
    region: &'static str,
    rules: [Rule; 4],
    law: &'static str,
    from: NaiveDate,
    source: &'static str,
) -> Preset {
    let mut regime = Regime {
        exempt: Category::empty(),
        opt_out: Category::empty(),
        opt_in: Category::empty(),
        gpc: GPC_REACH,
        gpc_third_parties: false,
        dnt: true,
        forbidden_for_minors: MINORS,
        user_requested: false,
        audience_measurement: false,
        grant_lasts: TimeDelta::seconds(180 * 86_400),
        ask_again_after: TimeDelta::seconds(184 * 86_400),
    };
    let mut column = 0;
    while column < rules.len() {
        let category = crate::terms::category::OPTIONAL[column];
        match rules[column] {
            Rule::Exempt => regime.exempt = regime.exempt.union(category),
            Rule::OptOut => regime.opt_out = regime.opt_out.union(category),
            Rule::OptIn => regime.opt_in = regime.opt_in.union(category),
            Rule::Forbidden => {}
        }
        column += 1;
    }
    let (edition, reviewed_on) = EDITIONS[0];
    Preset { region, law, edition, valid_from: from, reviewed_on, source, regime }
}

/// A row of the United States.
const fn us(region: &'static str, law: &'static str, from: NaiveDate, source: &'static str) -> Preset {
    let mut preset = row(region, [A, AO, AO, AO], law, from, source);
    preset.regime.gpc_third_parties = true;
    preset
}

impl Preset {
    const fn user_requested(mut self) -> Self {
        self.regime.user_requested = true;
        self
    }

    const fn audience_measurement(mut self) -> Self {
        self.regime.audience_measurement = true;
        self
    }

    const fn minors(mut self, forbidden: Category) -> Self {
        self.regime.forbidden_for_minors = forbidden;
        self
    }

    const fn grant_days(mut self, days: i64) -> Self {
        self.regime.grant_lasts = TimeDelta::seconds(days * 86_400);
        self
    }

    const fn ask_days(mut self, days: i64) -> Self {
        self.regime.ask_again_after = TimeDelta::seconds(days * 86_400);
        self
    }
}

/// A day of the table. A day that the calendar lacks is the first of all, which no row may carry (a test).
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}
