//! What a visitor's form makes of the answer.
//!
//! - Nothing ticked is refused, never accepted. What a click cannot grant (forbidden here, or against a signal that binds)
//!   is not granted by accepting all.
//! - What a law allows until objection was on before the visitor came: leaving it on is no grant, and nothing is stored
//!   about it. Only an explicit "accept all", or switching it on after it was off, is.

use super::Privacy;
use super::category_view::grantable;
use super::form::Sent;
use super::form_error::FormError;
use crate::gate::visitor::Standing;
use crate::{AllowReason, Category, Change, Decision, DenyReason};

impl Privacy {
    /// The change that a form asks for.
    pub(super) fn change(&self, sent: &Sent, standing: &Standing) -> Result<Change, FormError> {
        let offered = self.gate().offered();
        let grantable = grantable(standing, offered);
        let is_forbidden = |one: &Category| standing.consent.decide(*one) == Decision::Deny(DenyReason::Forbidden);
        let forbidden = offered.each().filter(is_forbidden).collect();
        match sent {
            Sent::Accept(about) if about.is_empty() => Ok(Change::answer(grantable).unasked(forbidden)),
            Sent::Refuse(about) if about.is_empty() => Ok(Change::answer(Category::empty())),
            Sent::Accept(about) => {
                let (categories, providers) = self.about(about)?;
                Ok(with_providers(Change::grant(categories & grantable), providers, true))
            }
            Sent::Refuse(about) => {
                let (categories, providers) = self.about(about)?;
                Ok(with_providers(Change::refuse(categories), providers, false))
            }
            Sent::Save { categories, refuse, allow } => {
                let ticked: Category =
                    categories.iter().map(|id| self.category("category", id)).collect::<Result<_, _>>()?;
                let on_by_law = Decision::Allow(AllowReason::NoObjection);
                let exempt = Decision::Allow(AllowReason::Exempt);
                let is_left = |one: &Category| [on_by_law, exempt].contains(&standing.consent.decide(*one));
                let left: Category = ticked.each().filter(is_left).collect();
                let change = Change::answer((ticked & grantable).difference(left)).unasked(left | forbidden);
                let change = with_providers(change, self.providers("refuse_provider", refuse)?, false);
                Ok(with_providers(change, self.providers("allow_provider", allow)?, true))
            }
            Sent::Provider(id) => Ok(Change::grant(Category::empty()).provider(self.provider("provider", id)?, true)),
        }
    }

    /// What the field `about` names: categories, and providers.
    fn about<'s>(&self, about: &'s [String]) -> Result<(Category, Vec<&'s str>), FormError> {
        let (mut categories, mut providers) = (Category::empty(), Vec::new());
        for value in about {
            match value.strip_prefix("provider.") {
                Some(id) => providers.push(self.provider("about", id)?),
                None => categories |= self.category("about", value)?,
            }
        }
        Ok((categories, providers))
    }

    fn category(&self, field: &'static str, id: &str) -> Result<Category, FormError> {
        let offered = self.gate().category(id).filter(|category| self.gate().offered().contains(*category));
        offered.ok_or_else(|| FormError::value(field, id))
    }

    fn providers<'i>(&self, field: &'static str, ids: &'i [String]) -> Result<Vec<&'i str>, FormError> {
        ids.iter().map(|id| self.provider(field, id)).collect()
    }

    fn provider<'i>(&self, field: &'static str, id: &'i str) -> Result<&'i str, FormError> {
        let compiled = self.gate().compiled();
        let is_offered = compiled.provider(id).is_some_and(|provider| !provider.category.is_empty());
        if is_offered { Ok(id) } else { Err(FormError::value(field, id)) }
    }
}

fn with_providers(change: Change, ids: Vec<&str>, is_granted: bool) -> Change {
    ids.into_iter().fold(change, |change, id| change.provider(id, is_granted))
}
