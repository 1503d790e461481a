//! What the best of the others do, by the ids of our survey: not less than this.
//!
//! Left out here: U8 to U12, T11, T12, D14 and A25, A26 (HTTP: the conformance suite of the adapters), A24's renaming
//! and revaluing hooks and A18's veto by hook (there are no hooks: the policy decides), P4 (other signal formats), P5 and
//! D11 (a gate that is switched off is a gate that is not installed), D13 (the ledger), G10.

mod ad_tech;
mod aspnet;
mod cookie_guards;
