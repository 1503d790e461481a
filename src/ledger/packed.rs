//! A record as it is stored: in JSON, as a list of its fields in their order. Their names are the same in every entry and
//! would make it half as long again.

use crate::record::{Actor, Method, Record, StatusChange};
use crate::terms::device::DeviceType;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Serialize, Deserialize)]
struct Packed<'r>(
    Method,
    Actor,
    DeviceType,
    Cow<'r, [StatusChange]>,
    Cow<'r, [StatusChange]>,
    Cow<'r, str>,
    u32,
    Cow<'r, str>,
    Cow<'r, str>,
    Cow<'r, str>,
    Cow<'r, [String]>,
    Option<i64>,
);

/// Everything but when, which stands before it.
pub(super) fn pack(record: &Record) -> Vec<u8> {
    let packed = Packed(
        record.method,
        record.actor,
        record.device,
        (&record.categories).into(),
        (&record.providers).into(),
        (&record.site).into(),
        record.revision,
        (&record.language).into(),
        (&record.region).into(),
        (&record.regime).into(),
        (&record.signals).into(),
        record.expiry.map(|expiry| expiry.timestamp()),
    );
    // Texts, numbers and lists: there is nothing that JSON could not hold.
    serde_json::to_vec(&packed).unwrap_or_default()
}

/// The record of a time.
pub(super) fn unpack(time: i64, packed: &[u8]) -> Result<Record, serde_json::Error> {
    let Packed(method, actor, device, categories, providers, site, revision, language, region, regime, signals, expiry) =
        serde_json::from_slice(packed)?;
    Ok(Record {
        time: super::time(time),
        method,
        actor,
        device,
        categories: categories.into_owned(),
        providers: providers.into_owned(),
        site: site.into_owned(),
        revision,
        language: language.into_owned(),
        region: region.into_owned(),
        regime: regime.into_owned(),
        signals: signals.into_owned(),
        expiry: expiry.and_then(|expiry| DateTime::from_timestamp(expiry, 0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Circumstances, Status};
    use crate::{Category, Change, testing};

    #[test]
    fn every_field_comes_back() {
        let gate = testing::gate();
        let pending = testing::undecided(&gate).prepare(&Change::answer(Category::ANALYTICS)).unwrap();
        let circumstances = Circumstances::new(Method::Settings, "de").actor(Actor::Parent).device(DeviceType::Phone);
        let plain = pending.record(&circumstances).unwrap();
        let provider = StatusChange { id: "tube".to_owned(), before: Status::Expired, after: Status::Given };
        let signals = vec!["gpc".to_owned(), "dnt".to_owned()];
        let full = Record { providers: vec![provider], signals, ..plain.clone() };
        for record in [Record { expiry: None, ..plain.clone() }, plain, full] {
            assert_eq!(unpack(record.time.timestamp(), &pack(&record)).unwrap(), record);
        }
    }

    #[test]
    fn what_is_cut_or_has_another_shape_is_an_error() {
        let gate = testing::gate();
        let pending = testing::undecided(&gate).prepare(&Change::answer(Category::ANALYTICS)).unwrap();
        let packed = pack(&pending.record(&Circumstances::new(Method::Banner, "en")).unwrap());
        for end in 0..packed.len() {
            assert!(unpack(0, &packed[..end]).is_err(), "{end}");
        }
        for other in ["{}", "[]", "null", r#"["banner"]"#] {
            assert!(unpack(0, other.as_bytes()).is_err(), "{other}");
        }
    }
}
