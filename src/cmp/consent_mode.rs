//! Google's Consent Mode, as the requests of Google's tags carry it: the parameters `gcs` and `gcd`.
//!
//! `gcs` is `G1`, the state of `ad_storage` and that of `analytics_storage`: `1`, `0`, or `-` where it is not used. It does not
//! distinguish a default from a choice. `gcd` is `1`, and then, each after a digit, a letter for `ad_storage`,
//! `analytics_storage`, `ad_user_data` and `ad_personalization`, which distinguishes the default from the update.
//! Google documents neither; the letters are those that public tables and captures agree on, and every other is an
//! error.

use crate::Category;

/// What one type of Consent Mode is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ConsentModeState {
    /// It is not used.
    #[default]
    Unset,
    /// It is denied, to all appearance by default.
    DefaultDenied,
    /// It is granted, to all appearance by default: nobody need have been asked.
    DefaultGranted,
    /// The visitor denied it.
    Denied,
    /// The visitor granted it.
    Granted,
}

/// The four types of Consent Mode that requests of Google's tags carry, for a server that receives such requests.
///
/// # Example
/// ```
/// use consent_gate::cmp::ConsentModeParameters;
/// use consent_gate::Category;
///
/// let chosen = ConsentModeParameters::from_gcd("13r3q3r3r5l1")?;
/// assert_eq!((chosen.granted(), chosen.refused()), (Category::ADVERTISING, Category::ANALYTICS));
///
/// let by_default = ConsentModeParameters::from_gcs("G111")?;
/// assert!(by_default.granted().is_empty(), "a state is not a choice");
/// # Ok::<(), consent_gate::cmp::ConsentModeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct ConsentModeParameters {
    /// Storage for advertising.
    pub ad_storage: ConsentModeState,
    /// Storage for analytics.
    pub analytics_storage: ConsentModeState,
    /// Sending data about the visitor to Google for advertising.
    pub ad_user_data: ConsentModeState,
    /// Personalized advertising.
    pub ad_personalization: ConsentModeState,
}

/// Why a parameter could not be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentModeError {
    /// It has not the form of the parameter, as `G1` or `111`.
    #[error("the value of {0} is malformed: gcs is written as in \"G101\", gcd as in \"13l3l3l3l1\"")]
    Form(&'static str),
    /// A letter of `gcd` that nobody has described.
    #[error("the letter {0:?} has no documented meaning in gcd")]
    Letter(char),
}

impl ConsentModeParameters {
    /// Reads `gcs`, as in `G101`.
    ///
    /// # Errors
    /// [`ConsentModeError::Form`] for `G1`, `G2--`, `G1x1` and `G1011`.
    pub fn from_gcs(value: &str) -> Result<Self, ConsentModeError> {
        let state = |character: u8| match character {
            b'0' => Ok(ConsentModeState::DefaultDenied),
            b'1' => Ok(ConsentModeState::DefaultGranted),
            b'-' => Ok(ConsentModeState::Unset),
            _ => Err(ConsentModeError::Form("gcs")),
        };
        match value.as_bytes() {
            [b'G', b'1', ad, analytics] => {
                Ok(Self { ad_storage: state(*ad)?, analytics_storage: state(*analytics)?, ..Self::default() })
            }
            _ => Err(ConsentModeError::Form("gcs")),
        }
    }

    /// Reads `gcd`, as in `13p3p3p3p5l1`.
    ///
    /// # Errors
    /// [`ConsentModeError::Form`] for `13p3p`, `23p3p3p3p5` and `1pppp`; [`ConsentModeError::Letter`] for `13x3p3p3p5`.
    pub fn from_gcd(value: &str) -> Result<Self, ConsentModeError> {
        let form = || ConsentModeError::Form("gcd");
        let [b'1', types @ ..] = value.as_bytes() else { return Err(form()) };
        let (types, rest) = types.split_at_checked(8).ok_or_else(form)?;
        let is_digit = |pair: &[u8]| pair[0].is_ascii_digit();
        if !types.chunks(2).all(is_digit) || rest.len() > 16 || !rest.iter().all(u8::is_ascii_alphanumeric) {
            return Err(form());
        }
        Ok(Self {
            ad_storage: letter(types[1])?,
            analytics_storage: letter(types[3])?,
            ad_user_data: letter(types[5])?,
            ad_personalization: letter(types[7])?,
        })
    }

    /// The categories that the visitor granted: advertising with all three of its types.
    #[must_use]
    pub fn granted(&self) -> Category {
        let is_granted = |states: &[ConsentModeState]| states.iter().all(|state| *state == ConsentModeState::Granted);
        self.categories(is_granted)
    }

    /// The categories that the visitor refused: advertising with any of its types.
    #[must_use]
    pub fn refused(&self) -> Category {
        let is_refused = |states: &[ConsentModeState]| states.contains(&ConsentModeState::Denied);
        self.categories(is_refused)
    }

    fn categories(&self, are: impl Fn(&[ConsentModeState]) -> bool) -> Category {
        let advertising = [self.ad_storage, self.ad_user_data, self.ad_personalization];
        let all = [(Category::ADVERTISING, are(&advertising)), (Category::ANALYTICS, are(&[self.analytics_storage]))];
        all.into_iter().filter(|(_, are)| *are).map(|(category, _)| category).collect()
    }
}

/// What a letter says of the default and of the update.
const fn letter(letter: u8) -> Result<ConsentModeState, ConsentModeError> {
    Ok(match letter {
        b'l' => ConsentModeState::Unset,
        b'p' => ConsentModeState::DefaultDenied,
        b't' => ConsentModeState::DefaultGranted,
        // The update denied: after no default, a denied one, a granted one.
        b'm' | b'q' | b'u' => ConsentModeState::Denied,
        // The update granted: the same.
        b'n' | b'r' | b'v' => ConsentModeState::Granted,
        _ => return Err(ConsentModeError::Letter(letter as char)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Category = Category::ADVERTISING.union(Category::ANALYTICS);

    #[track_caller]
    fn reads(gcd: &str, granted: Category, refused: Category) {
        let read = ConsentModeParameters::from_gcd(gcd).unwrap();
        assert_eq!((read.granted(), read.refused()), (granted, refused), "{gcd}");
    }

    #[test]
    fn x6_the_letters_of_gcd_tell_a_choice_from_a_default() {
        let none = Category::empty();
        reads("13p3p3p3p5l1", none, none);
        reads("13t3t3t3t5", none, none);
        reads("11l1l1l1l5", none, none);
        reads("13r3r3r3r5l1", BOTH, none);
        reads("13n3n3n3n5l1", BOTH, none);
        reads("13v3v3v3v5l1", BOTH, none);
        reads("13q3q3q3q5l1", none, BOTH);
        reads("13m3m3m3m5l1", none, BOTH);
        reads("13u3u3u3u5l1", none, BOTH);
        reads("13r3r3r3q5l1", Category::ANALYTICS, Category::ADVERTISING);
        reads("13r3r3r3t5l1", Category::ANALYTICS, none);
    }

    #[test]
    fn gcs_tells_states_and_no_choice() {
        use ConsentModeState::{DefaultDenied, DefaultGranted, Unset};
        for (gcs, ad, analytics) in [
            ("G100", DefaultDenied, DefaultDenied),
            ("G110", DefaultGranted, DefaultDenied),
            ("G101", DefaultDenied, DefaultGranted),
            ("G111", DefaultGranted, DefaultGranted),
            ("G1--", Unset, Unset),
        ] {
            let read = ConsentModeParameters::from_gcs(gcs).unwrap();
            assert_eq!((read.ad_storage, read.analytics_storage), (ad, analytics), "{gcs}");
            assert_eq!((read.granted(), read.refused()), (Category::empty(), Category::empty()), "{gcs}");
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for gcs in ["", "G1", "G2--", "G1x1", "G1011", "g111"] {
            assert_eq!(ConsentModeParameters::from_gcs(gcs), Err(ConsentModeError::Form("gcs")), "{gcs}");
        }
        for gcd in ["", "1", "13p3p", "23p3p3p3p5", "1pppp", "13p3p3p3p5&x", "13p3p3p3p\u{e9}"] {
            assert_eq!(ConsentModeParameters::from_gcd(gcd), Err(ConsentModeError::Form("gcd")), "{gcd}");
        }
        assert_eq!(ConsentModeParameters::from_gcd("13x3p3p3p5"), Err(ConsentModeError::Letter('x')));
    }
}
