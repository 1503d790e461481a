//! A visitor who logs in, is logged in, and logs out.
//!
//! 1. The account's answer and the browser's are combined by the strictest, in the fold.
//! 2. An opt-out signal of a known visitor is written to the account, and so holds on every device (11 CCR 7025(c)(1)). The
//!    browser that sends it stores nothing: nobody clicked.
//! 3. An account that cannot be read may hold a refusal: what is optional is denied in that request.

use super::settling::{TRIES, follow};
use super::transition::Transition;
use super::{Pending, Visitor};
use crate::record::{LogIn, Method, SettleError, Stores};
use crate::wire::reading::Reading;
use crate::{Answer, ChangeError};

impl Visitor {
    /// Tells the gate whose visitor this is: for the host's session layer, on each request of somebody who is logged in.
    ///
    /// The account's answer counts from now on. What [`signal_opt_out`](Self::signal_opt_out) names is written to it and
    /// recorded. Without a store of accounts this only says that the visitor is known.
    ///
    /// # Errors
    /// [`SettleError::Account`] when the store fails. Of an account that cannot be read, everything optional is denied in
    /// this request; a signal that could not be written holds in this request, and is written with the next.
    /// [`SettleError::Change`] when the head of the response has left.
    pub async fn recognise(&self, stores: &Stores, account: &str) -> Result<(), SettleError> {
        self.record_migration(stores, Some(account));
        let Some(accounts) = stores.account_store() else {
            return Ok(self.learn(|facts| facts.known = true)?);
        };
        for _ in 0..TRIES {
            let stored = match accounts.load(account).await {
                Ok(stored) => stored,
                Err(error) => {
                    // A text that is not an answer: the fold denies as `unreadable`.
                    self.learn(|facts| (facts.known, facts.answer_text) = (true, Some(String::new())))?;
                    return Err(SettleError::Account(error));
                }
            };
            let blank = || Answer::new(self.gate().policy().revision, self.shared.now);
            self.learn(|facts| (facts.known, facts.account) = (true, Some(stored.clone().unwrap_or_else(blank))))?;
            let Some(opt_out) = self.signal_opt_out() else { return Ok(()) };
            // Not prepared as a click is: a signal counts whatever page made the request.
            let objection = Pending::new(self, &self.state(), &opt_out);
            let Some(after) = objection.account() else { return Ok(()) };
            if accounts.save(account, stored.as_ref(), after).await.map_err(SettleError::Account)? {
                follow(stores, objection.record(&self.automatic(Method::Signal)), Some(account));
                return Ok(self.learn(|facts| facts.account = Some(after.clone()))?);
            }
        }
        Ok(())
    }

    /// Tells the gate that a visitor has just logged in, and returns what that changed. It is recorded.
    ///
    /// # Errors
    /// As [`recognise`](Self::recognise).
    pub async fn log_in(&self, stores: &Stores, account: &str) -> Result<LogIn, SettleError> {
        let (own, consent) = (self.answer(), self.consent());
        self.recognise(stores, account).await?;
        let (before, after) = (consent.allowed(), self.consent().allowed());
        let (has_chosen, record) = {
            let state = self.state();
            let record = || {
                let joining = Transition::of_joining(self, &state, consent);
                joining.record(self.folded(&state), &self.automatic(Method::Account))
            };
            let has_chosen = state.facts.account.as_ref().is_some_and(|account| !account.is_blank());
            (has_chosen, (before != after).then(record))
        };
        follow(stores, record, Some(account));
        Ok(LogIn {
            turned_off: before.difference(after),
            turned_on: after.difference(before),
            is_new_device: own.is_none() && has_chosen,
            own,
        })
    }

    /// Gives the browser back what it had answered before log-in, and forgets the account, so that what one person chose
    /// while logged in does not stay behind for the next. `own` is [`LogIn::own`]. Nothing is recorded: it was when it was
    /// chosen.
    ///
    /// # Errors
    /// [`ChangeError`] for a request of another site, and when the head of the response has left.
    pub fn log_out(&self, own: Option<Answer>) -> Result<(), ChangeError> {
        let mut state = self.state();
        state.check_open()?;
        (state.facts.account, state.facts.known) = (None, false);
        // What could not be read was not given to anybody to keep, and may be an objection: it stays.
        if own.is_some() || !matches!(state.reading, Reading::Unreadable { .. }) {
            state.reading = own.map_or(Reading::Absent, |answer| Reading::Read { answer, count: 1 });
            state.has_changed = true;
        }
        self.refold(&mut state);
        Ok(())
    }
}
