//! What is kept of a subject beside its records: sealed under its own key, each kind bound to its use and its place.

use super::LedgerError;
use super::secret::{Pseudonym, SubjectKey};
use crate::Answer;

/// Seals a subject's identifier, and the reason of its hold.
pub(super) fn seal_name(key: &SubjectKey, pseudonym: &Pseudonym, subject: &str, reason: &str) -> Vec<u8> {
    // Two texts: there is nothing that JSON could not hold.
    key.seal(pseudonym, &serde_json::to_vec(&(subject, reason)).unwrap_or_default())
}

/// Opens what [`seal_name`] sealed.
pub(super) fn read_name(
    key: &SubjectKey,
    pseudonym: &Pseudonym,
    sealed: &[u8],
) -> Result<(String, String), LedgerError> {
    let name = key.unseal(pseudonym, sealed).and_then(|text| serde_json::from_slice(&text).ok());
    name.ok_or_else(|| LedgerError::Damaged("the name of a subject cannot be read".to_owned()))
}

/// Seals the answer of an account.
pub(super) fn seal_answer(key: &SubjectKey, pseudonym: &Pseudonym, answer: &Answer) -> Vec<u8> {
    key.seal(&bound(pseudonym), answer.to_string().as_bytes())
}

/// Opens what [`seal_answer`] sealed; `None` where there is nothing.
pub(super) fn read_answer(
    key: &SubjectKey,
    pseudonym: &Pseudonym,
    sealed: &[u8],
) -> Result<Option<Answer>, LedgerError> {
    if sealed.is_empty() {
        return Ok(None);
    }
    let text = key.unseal(&bound(pseudonym), sealed).and_then(|text| String::from_utf8(text).ok());
    let answer = text.and_then(|text| text.parse().ok());
    answer.map(Some).ok_or_else(|| LedgerError::Damaged("the answer of an account cannot be read".to_owned()))
}

fn bound(pseudonym: &Pseudonym) -> Vec<u8> {
    [b"answer", &pseudonym[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::super::secret::{Keys, Secret};
    use super::*;

    #[test]
    fn a_seal_opens_at_its_own_place_and_for_its_own_use_only() {
        let (keys, ada, eve) = (Keys::new(&Secret::new([1; 32]), "a"), [1; 16], [2; 16]);
        let key = SubjectKey::generate(&keys, &ada);
        let answer: Answer = "1.4.1795000000.4.1a.0".parse().unwrap();
        let (name, kept) = (seal_name(&key, &ada, "ada", "a claim"), seal_answer(&key, &ada, &answer));
        assert_eq!(read_name(&key, &ada, &name), Ok(("ada".to_owned(), "a claim".to_owned())));
        assert_eq!(read_answer(&key, &ada, &kept), Ok(Some(answer)));
        assert_eq!(read_answer(&key, &ada, &[]), Ok(None));
        assert!(read_name(&key, &eve, &name).is_err() && read_answer(&key, &eve, &kept).is_err());
        assert!(read_name(&key, &ada, &kept).is_err() && read_answer(&key, &ada, &name).is_err());
        let other = SubjectKey::generate(&keys, &ada);
        assert!(read_name(&other, &ada, &name).is_err() && read_answer(&other, &ada, &kept).is_err());
    }
}
