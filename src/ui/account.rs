//! Answers that belong to accounts, in words. The rules are a list in [`ui`](super).

use super::Privacy;
use super::words::fill;
use crate::Category;
use crate::record::LogIn;

/// The id of the account whose visitor made a request: what the host's session layer puts into the request's extensions
/// (Rocket: into its local cache), for the ready routes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AccountId(pub String);

impl Privacy {
    /// What logging in changed, in sentences for the next page; empty where it changed nothing on a device that is known.
    #[must_use]
    pub fn log_in_text(&self, log_in: &LogIn, language: &str) -> Vec<String> {
        let texts = self.texts(language);
        let titles = |set: Category| {
            let declared = texts.policy.categories.iter();
            let named =
                declared.filter(|d| self.gate().category(&d.id).is_some_and(|category| set.intersects(category)));
            named.map(|declared| texts.category(&declared.id)).collect::<Vec<_>>().join(", ")
        };
        let (off, on) = (titles(log_in.turned_off), titles(log_in.turned_on));
        let device = log_in.is_new_device.then(|| texts.words.log_in_device.clone());
        let said = [(&texts.words.log_in_off, off), (&texts.words.log_in_on, on)];
        let said = said.into_iter().filter(|(_, names)| !names.is_empty());
        let said = said.map(|(text, names)| fill(text, &[("categories", &names)]));
        let mut sentences: Vec<String> = device.into_iter().chain(said).collect();
        if !sentences.is_empty() {
            sentences.push(texts.words.log_in_change.clone());
        }
        sentences
    }
}
