//! A subject's records, to be given to the subject (GDPR 15 and 20).
//!
//! - As JSON-LD in the shape of a consent receipt of ISO/IEC TS 27560:2023, by the terms of the W3C Data Privacy Vocabulary
//!   and its profile for that standard (<https://w3id.org/dpv/schema/dpv-27560>): a receipt with one record for each change,
//!   what the visitor was told, as it was worded then, the answer of the account, where the ledger keeps it, and until when a
//!   hold keeps the records. What only the controller knows is left out: its address, and where it stores what it collects.
//! - As CSV (RFC 4180): one line for each category and provider of each change.
//!
//! Both are written as they are read, a page at a time: a long history takes no more memory than a short one.

use super::notice::ContentHash;
use super::{Entry, Ledger, LedgerError};
use crate::record::{Actor, Method, Status, StatusChange};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// How many records are read at a time.
const PAGE: usize = 256;

const SCHEMA: &str = "https://w3id.org/dpv/schema/dpv-27560";

/// Writes a subject's records as a consent receipt in JSON-LD. `now` is the time of the export. Returns how many there are;
/// a subject without any gets a receipt without any.
///
/// # Errors
/// [`LedgerError::Output`] where `out` cannot be written; those of the store.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::record::{Circumstances, Method};
/// # use consent_gate::ledger::{Draft, Embedded, Ledger, Notice, Secret, Settings, export_json};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// # let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
/// # let visitor = testing::undecided(&gate);
/// # let record = visitor.prepare(&Change::answer(Category::ANALYTICS))?.record(&Circumstances::new(Method::Banner, "en"));
/// ledger.append(Draft::new(Some("user-17"), record.unwrap(), &Notice::of(gate.policy(), "en"))?).await?;
/// let mut receipt = Vec::new();
/// assert_eq!(export_json(&ledger, "user-17", testing::now(), &mut receipt).await?, 1);
/// let receipt: serde_json::Value = serde_json::from_slice(&receipt)?;
/// let process = &receipt["dpv:hasRecordOfActivity"][0]["dpv:hasProcess"][1];
/// assert_eq!(process["dpv:hasConsentStatus"], "dpv:ConsentGiven");
/// # Ok(()) }
/// ```
pub async fn export_json<L: Ledger>(
    ledger: &L,
    subject: &str,
    now: DateTime<Utc>,
    out: &mut (impl Write + Send),
) -> Result<u64, LedgerError> {
    let mut head = json!({
        "@context": context(),
        "@type": "dpv:ConsentReceipt",
        "@id": format!("urn:uuid:{}", uuid::Uuid::new_v4()),
        "dct:conformsTo": format!("{SCHEMA}#receipt-record"),
        "dpv-27560:schema_version": super::entry::SCHEMA_VERSION.to_string(),
        "dct:created": now.to_rfc3339_opts(SecondsFormat::Secs, false),
        "dpv:hasDataSubject": subject,
    });
    if let Some(answer) = ledger.answer(subject).await? {
        head["consent-gate:answer"] = answer.to_string().into();
    }
    if let Some((until, _)) = ledger.held(subject).await? {
        head["consent-gate:heldUntil"] = until.to_rfc3339().into();
    }
    let mut head = head.to_string();
    head.pop();
    write(out, format_args!("{head},\n\"dpv:hasRecordOfActivity\":["))?;
    let (mut notices, mut count) = (BTreeMap::new(), 0);
    let mut after = None;
    loop {
        let page = ledger.history(subject, after, PAGE).await?;
        for entry in &page {
            told(ledger, &mut notices, entry.notice).await?;
            let separator = if count == 0 { "\n" } else { ",\n" };
            write(out, format_args!("{separator}{}", record(entry, subject, &notices[&entry.notice])))?;
            count += 1;
        }
        after = page.last().map(|entry| entry.place);
        if page.len() < PAGE {
            break;
        }
    }
    write(out, format_args!("\n],\n\"consent-gate:notices\":["))?;
    for (place, (hash, text)) in notices.iter().enumerate() {
        let separator = if place == 0 { "\n" } else { ",\n" };
        let notice = json!({ "@id": notice_id(*hash), "@type": "dpv:ConsentNotice", "consent-gate:text": text });
        write(out, format_args!("{separator}{notice}"))?;
    }
    write(out, format_args!("\n]}}\n"))?;
    Ok(count)
}

/// What the names mean, and which values are names themselves, times, or JSON to be taken as it is.
fn context() -> Value {
    let mut context = json!({
        "@version": 1.1,
        "dpv": "https://w3id.org/dpv#",
        "dct": "http://purl.org/dc/terms/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dpv-27560": format!("{SCHEMA}#"),
        "consent-gate": "https://docs.rs/consent-gate/#",
    });
    let types: [(&str, &[&str]); 3] = [
        (
            "@id",
            &[
                "dct:conformsTo",
                "dct:replaces",
                "dpv:hasConsentStatus",
                "dpv:hasLegalBasis",
                "dpv:isExercisedAt",
                "dpv:isIndicatedBy",
                "consent-gate:before",
            ],
        ),
        ("xsd:dateTime", &["dct:created", "dct:valid", "dpv:isIndicatedAtTime", "consent-gate:heldUntil"]),
        ("@json", &["consent-gate:text"]),
    ];
    for (kind, terms) in types {
        for term in terms {
            context[term] = json!({ "@id": term, "@type": kind });
        }
    }
    context
}

/// Writes a subject's records as CSV, with a heading, and returns how many records there are: the records alone, without what
/// was told and without the account's answer.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
///
/// # Errors
/// As [`export_json`].
pub async fn export_csv<L: Ledger>(
    ledger: &L,
    subject: &str,
    out: &mut (impl Write + Send),
) -> Result<u64, LedgerError> {
    write(
        out,
        format_args!(
            "record,time,kind,id,before,after,method,actor,device,site,revision,language,region,regime,signals,expiry,notice,previous\r\n"
        ),
    )?;
    let (mut after, mut count) = (None, 0);
    loop {
        let page = ledger.history(subject, after, PAGE).await?;
        for entry in &page {
            lines(entry, out)?;
            count += 1;
        }
        after = page.last().map(|entry| entry.place);
        if page.len() < PAGE {
            return Ok(count);
        }
    }
}

/// What a visitor was told, read once.
async fn told<L: Ledger>(
    ledger: &L,
    notices: &mut BTreeMap<ContentHash, Value>,
    hash: ContentHash,
) -> Result<(), LedgerError> {
    if let std::collections::btree_map::Entry::Vacant(place) = notices.entry(hash) {
        let text = ledger.notice(hash).await?;
        let text = text.ok_or_else(|| LedgerError::Damaged(format!("the notice {hash} is missing")))?;
        let read = serde_json::from_str(&text);
        place.insert(read.map_err(|error| LedgerError::Damaged(format!("the notice {hash}: {error}")))?);
    }
    Ok(())
}

/// One change, as a consent record.
fn record(entry: &Entry, subject: &str, notice: &Value) -> Value {
    let record = &entry.record;
    let processes = record.categories.iter().map(|change| process(change, "categories", notice));
    let providers = record.providers.iter().map(|change| process(change, "providers", notice));
    json!({
        "@type": "dpv:ConsentRecord",
        "@id": format!("urn:uuid:{}", entry.id),
        "dct:identifier": entry.id.to_string(),
        "dct:conformsTo": format!("{SCHEMA}#record"),
        "dct:replaces": entry.previous.map(|id| format!("urn:uuid:{id}")),
        "dpv:hasDataSubject": subject,
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dpv:hasName": notice["controller"]["name"],
            "dpv:hasContact": notice["controller"]["contact"],
        },
        "dpv:hasJurisdiction": record.region,
        "consent-gate:regime": record.regime,
        "dpv:hasNotice": {
            "@id": notice_id(entry.notice),
            "dct:language": record.language,
            "dcat:version": record.revision.to_string(),
        },
        "dpv:hasProcess": processes.chain(providers).collect::<Vec<_>>(),
        "dpv:isIndicatedAtTime": record.time.to_rfc3339(),
        "dpv:isIndicatedBy": match record.actor {
            // A term ends by itself.
            _ if record.method == Method::Expiry => None,
            Actor::Visitor => Some("dpv:DataSubject"),
            Actor::Parent => Some("dpv:ParentOfDataSubject"),
        },
        "dpv:hasIndicationMethod": record.method.as_str(),
        "consent-gate:signals": record.signals,
        "consent-gate:device": record.device.as_str(),
        "dct:valid": record.expiry.map(|expiry| expiry.to_rfc3339()),
        "dpv:isExercisedAt": notice["controller"]["privacy_url"],
    })
}

/// What was said about one category or provider, and what it does.
fn process(change: &StatusChange, list: &str, notice: &Value) -> Value {
    let named = |list: &str, id: &str| {
        let all = notice[list].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().find(|item| item["id"] == *id).cloned().unwrap_or_default()
    };
    let told = named(list, &change.id);
    let trackers = notice["trackers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let key = if list == "categories" { "category" } else { "provider" };
    let of: Vec<&Value> = trackers.iter().filter(|tracker| tracker[key] == *change.id).collect();
    let mut providers: Vec<&str> = of.iter().filter_map(|tracker| tracker["provider"].as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let providers: Vec<Value> = providers.into_iter().map(|id| named("providers", id)).collect();
    let collects = providers.iter().filter_map(|provider| provider["collects"].as_array()).flatten();
    json!({
        "@type": "dpv:Process",
        "dct:identifier": change.id,
        "dct:title": if told["title"].is_null() { &told["name"] } else { &told["title"] },
        "dpv:hasPurpose": told["purpose"],
        "dpv:hasPersonalData": collects.collect::<Vec<_>>(),
        "dpv:hasRecipient": providers.iter().map(|provider| json!({
            "dpv:hasName": provider["name"],
            "consent-gate:role": provider["role"],
            "dpv:hasLocation": provider["country"],
            "dpv:hasStorageCondition": provider["retention"],
        })).collect::<Vec<_>>(),
        "dpv:hasStorageCondition": of.iter().map(|tracker| json!({
            "dpv:hasName": tracker["name"],
            "dpv:isImplementedUsingTechnology": tracker["technology"],
            "dpv:hasDuration": tracker["lifetime"],
        })).collect::<Vec<_>>(),
        "consent-gate:before": term(change.before),
        "dpv:hasConsentStatus": term(change.after),
        "dpv:hasLegalBasis": change.after.is_given().then_some("dpv:Consent"),
    })
}

/// A state, as a term of the Data Privacy Vocabulary.
const fn term(status: Status) -> &'static str {
    match status {
        Status::Unknown => "dpv:ConsentUnknown",
        Status::Refused => "dpv:ConsentRefused",
        Status::Given => "dpv:ConsentGiven",
        Status::Renewed => "dpv:RenewedConsentGiven",
        Status::Withdrawn => "dpv:ConsentWithdrawn",
        Status::Expired => "dpv:ConsentExpired",
        Status::Invalidated => "dpv:ConsentInvalidated",
    }
}

fn notice_id(hash: ContentHash) -> String {
    format!("urn:sha256:{hash}")
}

fn lines(entry: &Entry, out: &mut impl Write) -> Result<(), LedgerError> {
    let record = &entry.record;
    let kinds = [("category", &record.categories), ("provider", &record.providers)];
    for (kind, change) in kinds.into_iter().flat_map(|(kind, list)| list.iter().map(move |change| (kind, change))) {
        let fields = [
            entry.id.to_string(),
            record.time.to_rfc3339(),
            kind.to_owned(),
            change.id.clone(),
            change.before.to_string(),
            change.after.to_string(),
            record.method.to_string(),
            record.actor.to_string(),
            record.device.to_string(),
            record.site.clone(),
            record.revision.to_string(),
            record.language.clone(),
            record.region.clone(),
            record.regime.clone(),
            record.signals.join(" "),
            record.expiry.map(|expiry| expiry.to_rfc3339()).unwrap_or_default(),
            entry.notice.to_string(),
            entry.previous.map(|id| id.to_string()).unwrap_or_default(),
        ];
        write(out, format_args!("{}\r\n", fields.map(|field| quoted(&field)).join(",")))?;
    }
    Ok(())
}

/// A field of CSV. RFC 4180, rules 5 to 7.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn write(out: &mut impl Write, text: std::fmt::Arguments<'_>) -> Result<(), LedgerError> {
    out.write_fmt(text).map_err(|error| LedgerError::Output(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_never_a_formula() {
        for (text, field) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"),
            ("@sum(a,b)", "\"'@sum(a,b)\""),
            ("", ""),
        ] {
            assert_eq!(quoted(text), field);
        }
    }
}
