//! The site itself: revision, languages, hosts, controller, consent cookie, enforcement, retention.

use super::Diff;
use super::change::{Change, Weight, gained, stated};
use consent_gate::Policy;
use consent_gate::policy::{Controller, Undeclared};

const ASKED_AGAIN: &str = "everybody is asked again: answers under the old cookie are not found, refusals included";

impl Diff<'_> {
    pub(super) fn site(&mut self) {
        let (old, new) = (self.old, self.new);
        self.value(Weight::Editorial, "site", "the name", [old, new].map(|policy| format!("{:?}", policy.site)));
        self.value(Weight::Editorial, "languages", "the list", [old, new].map(|policy| policy.languages.join(", ")));
        if old.presets != new.presets {
            let what = format!("the reviewed edition changed from {:?} to {:?}", old.presets, new.presets);
            self.add(Change::new(Weight::Review, "presets", what).unpublished());
        }
        for host in gained(&old.hosts, &new.hosts) {
            let change = Change::new(Weight::Review, "hosts", format!("gained {host:?}"));
            self.add(change.note("what is loaded from it is first-party from now on").unpublished());
        }
        for host in gained(&new.hosts, &old.hosts) {
            self.add(Change::new(Weight::Editorial, "hosts", format!("lost {host:?}")).unpublished());
        }
        self.controller();
        for ((key, old), (_, new)) in self.old.notice.texts().zip(self.new.notice.texts()) {
            self.text("notice", key, old, new);
        }
        self.cookie();
        self.enforce();
        self.headers();
        self.retention();
    }

    fn controller(&mut self) {
        let controllers = || [self.old.controller.as_ref(), self.new.controller.as_ref()];
        let name = controllers().map(|controller| stated(controller.map(|it| &it.name)));
        let contact = controllers().map(|controller| stated(controller.map(|it| &it.contact)));
        let privacy =
            controllers().map(|controller| stated(controller.and_then(|it: &Controller| it.privacy_url.as_ref())));
        self.value(Weight::Review, "controller", "name", name);
        self.value(Weight::Editorial, "controller", "contact", contact);
        self.value(Weight::Editorial, "controller", "privacy_url", privacy);
    }

    fn cookie(&mut self) {
        let (old, new) = (&self.old.cookie, &self.new.cookie);
        for (key, values) in [
            ("name", [old, new].map(|cookie| format!("{:?}", cookie.name_or_default()))),
            ("domain", [old, new].map(|cookie| stated(cookie.domain.as_ref()))),
        ] {
            let [before, after] = values;
            if before != after {
                let what = format!("{key} changed from {before} to {after}");
                self.add(Change::new(Weight::Editorial, "cookie", what).warning(ASKED_AGAIN));
            }
        }
        self.value(Weight::Editorial, "cookie", "max_age", [old, new].map(|cookie| cookie.max_age.to_string()));
    }

    fn enforce(&mut self) {
        let (old, new) = (&self.old.enforce, &self.new.enforce);
        let spelt = |undeclared| match undeclared {
            Undeclared::Deny => "deny",
            Undeclared::Report => "report",
            Undeclared::Allow => "allow",
            _ => "unknown",
        };
        let undeclared = if new.undeclared == Undeclared::Deny { Weight::Editorial } else { Weight::Review };
        let rows = [
            (undeclared, "undeclared", [old, new].map(|enforce| spelt(enforce.undeclared).to_owned())),
            (Weight::Review, "unknown_region", [old, new].map(|enforce| enforce.unknown_region.to_string())),
            (Weight::Editorial, "cache", [old, new].map(|enforce| format!("{:?}", enforce.cache))),
        ];
        for (weight, key, [before, after]) in rows {
            if before != after {
                let what = format!("{key} changed from {before} to {after}");
                self.add(Change::new(weight, "enforce", what).unpublished());
            }
        }
    }

    fn headers(&mut self) {
        let (old, new) = (&self.old.headers, &self.new.headers);
        let looser = |is_looser| if is_looser { Weight::Review } else { Weight::Editorial };
        let (csp, features) = (new.content_security_policy, new.permissions_policy);
        let gains = !gained(&old.omit, &new.omit).is_empty();
        let rows = [
            (looser(!csp), "content_security_policy", [old, new].map(|it| it.content_security_policy.to_string())),
            (looser(gains), "omit", [old, new].map(|it| format!("[{}]", it.omit.join(", ")))),
            (Weight::Editorial, "report", [old, new].map(|it| stated(it.report.as_ref()))),
            (looser(!features), "permissions_policy", [old, new].map(|it| it.permissions_policy.to_string())),
            (Weight::Review, "clear_storage", [old, new].map(|it| it.clear_storage.to_string())),
        ];
        for (weight, key, [before, after]) in rows {
            if before != after {
                let what = format!("{key} changed from {before} to {after}");
                self.add(Change::new(weight, "headers", what).unpublished());
            }
        }
    }

    fn retention(&mut self) {
        let (old, new) = (self.old.retention, self.new.retention);
        for (key, before, after) in
            [("account_closure", old.account_closure, new.account_closure), ("evidence", old.evidence, new.evidence)]
        {
            if before != after {
                let what = format!("{key} changed from {before} to {after}");
                let change = Change::new(Weight::Editorial, "retention", what.clone());
                let longer = || {
                    Change::new(Weight::Review, "retention", what).note("no category's grant covers it: tell visitors")
                };
                self.add(if after > before { longer() } else { change });
            }
        }
    }

    /// The number of the text, held against everything else that was found.
    pub(super) fn revision(&mut self) {
        let [old, new] = [self.old, self.new].map(|policy: &Policy| policy.revision);
        let is_published = self.changes.iter().any(|change| change.is_published);
        let cure = || Weight::Wrong(format!("raise revision to at least {}", old.saturating_add(1)));
        let change = match new {
            new if new < old => Change::new(cure(), "revision", format!("was lowered from {old} to {new}")),
            new if new == old && is_published => {
                Change::new(cure(), "revision", format!("is still {old}, although the published text changed"))
            }
            new if new == old => return,
            new => Change::new(Weight::Editorial, "revision", format!("was raised from {old} to {new}")),
        };
        self.changes.insert(0, change);
    }
}
