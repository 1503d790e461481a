//! Keys: of the ledger, and of each subject.
//!
//! - The host keeps one secret, apart from the store. From it and the site's name come three keys, by HMAC-SHA-256 with a
//!   label each (RFC 2104): one makes pseudonyms of the host's identifiers, one the links of the chain, and one the keys of
//!   subjects. Whoever holds the store alone, or a back-up of it, can neither tell who a subject is, nor look one up, nor mend
//!   the chain after an edit.
//! - Each subject has a key of its own, made of the secret and of a seed, which is random and kept beside the records. What
//!   identifies a subject is sealed under that key by XChaCha20-Poly1305, bound to the record's id. To destroy the seed is to
//!   erase the subject.

use super::LedgerError;
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 digest, or an HMAC of it.
pub(crate) type Hash = [u8; 32];

/// A subject as the store knows it: 128 bits of an HMAC.
pub(crate) type Pseudonym = [u8; 16];

/// The secret of a ledger, kept by the host and not in the store: 32 bytes from a good source.
///
/// With it and the store, everything can be read; with the store alone, what was chosen and when, but not by whom. It cannot be
/// changed later, and a ledger whose secret is lost opens no more.
///
/// # Example
/// ```
/// use consent_gate::ledger::Secret;
///
/// let secret = Secret::generate();
/// assert_eq!(secret.to_hex().parse::<Secret>()?.to_hex(), secret.to_hex());
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// # Ok::<(), consent_gate::ledger::LedgerError>(())
/// ```
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// These bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new one, from the operating system's random source.
    #[must_use]
    pub fn generate() -> Self {
        Self(Key::generate().into())
    }

    /// 64 hexadecimal digits, for the host's own store of secrets.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

impl std::str::FromStr for Secret {
    type Err = LedgerError;

    /// Reads 64 hexadecimal digits, in either case; white space around them is passed over.
    ///
    /// # Errors
    /// [`LedgerError::Secret`] for the empty text, `secret`, and 63 or 65 digits.
    fn from_str(text: &str) -> Result<Self, LedgerError> {
        unhex(text.trim()).map(Self).ok_or(LedgerError::Secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// The keys of one ledger.
#[derive(Clone)]
pub(crate) struct Keys {
    pseudonym: Hmac<Sha256>,
    chain: Hmac<Sha256>,
    subject: Hmac<Sha256>,
}

impl Keys {
    /// The keys of a site's ledger.
    pub(crate) fn new(secret: &Secret, site: &str) -> Self {
        let root = mac(&keyed(&secret.0), &[b"consent-gate ledger 1", site.as_bytes()]);
        let key = |label: &[u8]| keyed(&mac(&keyed(&root), &[label]));
        Self { pseudonym: key(b"pseudonym"), chain: key(b"chain"), subject: key(b"subject") }
    }

    /// What the store calls a subject.
    pub(crate) fn pseudonym(&self, subject: &str) -> Pseudonym {
        let hash = mac(&self.pseudonym, &[subject.as_bytes()]);
        std::array::from_fn(|place| hash[place])
    }

    /// What shows that a ledger was made with these keys.
    pub(crate) fn check(&self) -> Hash {
        mac(&self.chain, &[b"check"])
    }

    /// The link of an entry to the one before it in its shard.
    pub(crate) fn link(&self, shard: u16, seq: u64, before: &Hash, digest: &Hash) -> Hash {
        mac(&self.chain, &[b"link", &shard.to_be_bytes(), &seq.to_be_bytes(), before, digest])
    }

    /// What says that the ledger itself removed what an entry held.
    pub(crate) fn removed(&self, shard: u16, seq: u64, digest: &Hash) -> Hash {
        mac(&self.chain, &[b"removed", &shard.to_be_bytes(), &seq.to_be_bytes(), digest])
    }

    /// What vouches for the two ends of a shard.
    pub(crate) fn ends(&self, shard: u16, first: (u64, &Hash), next: (u64, &Hash)) -> Hash {
        let numbers = [first.0.to_be_bytes(), next.0.to_be_bytes()];
        mac(&self.chain, &[b"ends", &shard.to_be_bytes(), &numbers[0], first.1, &numbers[1], next.1])
    }
}

/// The shard of a pseudonym, or of the id of a record without a subject.
pub(crate) const fn shard_of(key: &[u8; 16], shards: u16) -> u16 {
    u16::from_be_bytes([key[0], key[1]]) % shards
}

/// The key of one subject.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct SubjectKey {
    /// What is stored of it.
    pub(crate) seed: [u8; 32],
    key: Hash,
}

impl SubjectKey {
    /// The key of a subject that has a seed.
    pub(crate) fn of(keys: &Keys, pseudonym: &Pseudonym, seed: [u8; 32]) -> Self {
        Self { seed, key: mac(&keys.subject, &[pseudonym, &seed]) }
    }

    /// A new one.
    pub(crate) fn generate(keys: &Keys, pseudonym: &Pseudonym) -> Self {
        Self::of(keys, pseudonym, Key::generate().into())
    }

    /// Seals a text, bound to an id: nonce, then ciphertext and tag.
    pub(crate) fn seal(&self, bound: &[u8], text: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let mut sealed = Vec::with_capacity(nonce.len() + text.len() + 16);
        sealed.extend(nonce);
        // The cipher fails only beyond 256 GB.
        let payload = Payload { msg: text, aad: bound };
        sealed.extend(self.cipher().encrypt(&nonce, payload).unwrap_or_default());
        sealed
    }

    /// The text of a seal; `None` where the key, the id or a byte is another.
    pub(crate) fn unseal(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<24>()?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: bound }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.key))
    }
}

/// SHA-256 of what an entry holds: its open part, and its sealed part.
pub(crate) fn digest(open: &[u8], sealed: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update((open.len() as u64).to_be_bytes());
    hash.update(open);
    hash.update(sealed);
    hash.finalize().into()
}

/// SHA-256 of a text.
pub(crate) fn sha256(text: &[u8]) -> Hash {
    Sha256::digest(text).into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..key.len()].copy_from_slice(key);
    <Hmac<Sha256> as KeyInit>::new(&block)
}

/// HMAC of parts, each with its length before it, so that no two lists of parts are the same bytes.
fn mac(key: &Hmac<Sha256>, parts: &[&[u8]]) -> Hash {
    let mut mac = key.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_secret_by_site_and_by_use() {
        let keys = |byte, site| Keys::new(&Secret::new([byte; 32]), site);
        let all = [keys(1, "a"), keys(1, "b"), keys(2, "a")].map(|keys| keys.pseudonym("ada"));
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_eq!(keys(1, "a").pseudonym("ada"), all[0]);
        assert_ne!(keys(1, "a").check()[..16], all[0][..]);
    }

    #[test]
    fn a_seal_opens_with_its_own_key_and_id_only() {
        let keys = Keys::new(&Secret::new([1; 32]), "a");
        let (key, id) = (SubjectKey::of(&keys, &[9; 16], [7; 32]), [1; 16]);
        let sealed = key.seal(&id, b"ada");
        assert_eq!(key.unseal(&id, &sealed).as_deref(), Some(&b"ada"[..]));
        assert_ne!(key.seal(&id, b"ada"), sealed, "a nonce is never used twice");
        assert_eq!(key.unseal(&[2; 16], &sealed), None);
        // The store alone, without the secret, opens nothing.
        let others = Keys::new(&Secret::new([2; 32]), "a");
        for other in [
            SubjectKey::of(&keys, &[9; 16], [8; 32]),
            SubjectKey::of(&keys, &[8; 16], [7; 32]),
            SubjectKey::of(&others, &[9; 16], [7; 32]),
        ] {
            assert_eq!(other.unseal(&id, &sealed), None);
        }
        for place in 0..sealed.len() {
            let mut edited = sealed.clone();
            edited[place] ^= 1;
            assert_eq!(key.unseal(&id, &edited), None, "byte {place}");
        }
        assert_eq!(key.unseal(&id, &sealed[..23]), None);
    }

    #[test]
    fn parts_cannot_be_moved_between_fields() {
        assert_ne!(digest(b"ab", b"c"), digest(b"a", b"bc"));
        let key = keyed(&[0; 32]);
        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
    }

    #[test]
    fn a_secret_is_64_hexadecimal_digits() {
        for bad in ["", "secret", &"a".repeat(63), &"a".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(bad.parse::<Secret>().err(), Some(LedgerError::Secret), "{bad}");
        }
        let text = "00ff".repeat(16);
        assert_eq!(text.parse::<Secret>().unwrap().to_hex(), text);
        assert_eq!(format!("  {}\n", text.to_uppercase()).parse::<Secret>().unwrap().to_hex(), text);
    }
}
