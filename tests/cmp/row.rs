//! One row of the corpus, and the policy of a site that has that banner.

use chrono::{DateTime, Utc};
use consent_gate::explain::ImportedCookie;
use consent_gate::policy::{Import, ProblemKind, Targets};
use consent_gate::{ConfigError, Facts, Gate, Visitor, testing};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const CORPUS: &str = include_str!("../data/cmp/corpus.jsonl");

/// Two days after the last row was captured.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_651_200, 0).unwrap()
}

/// One cookie header, and what it should be read as.
pub(crate) struct Row(Value);

/// Every row.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    CORPUS.lines().filter(|line| !line.trim().is_empty()).map(|line| Row(serde_json::from_str(line).unwrap()))
}

/// The corpus' name of a system, and ours. What has another name here is read by the reader whose cookie's name it bears.
const NAMES: [(&str, &str); 16] = [
    ("civic-cookie-control", "civic"),
    ("govuk-cookies-policy", "govuk"),
    ("iab-tcf (in the wild)", "iab-tcf"),
    ("liferay-consent-state", "liferay"),
    ("moove-gdpr", "moove"),
    ("nhsuk-cookie-consent", "nhsuk"),
    ("onetrust-us", "onetrust"),
    ("osano-legacy-cookieconsent", "osano-legacy"),
    ("segment-consent-manager", "segment"),
    ("unknown (name CookieConsent)", "cookiebot"),
    ("unknown (name CookieControl)", "civic"),
    ("wp-consent-api", "wp-consent-api"),
    ("cookiescript", "cookie-script"),
    ("cookie-notice (classic)", "cookie-notice"),
    ("hu-manity (classic)", "cookie-notice"),
    ("borlabs-cookie", "borlabs"),
];

/// The keys under which the corpus keeps what a site maps.
const MAPS: [&str; 10] =
    ["categories", "services", "groups", "buckets", "custom", "vendors", "keys", "optional", "consents", "purposes"];

impl Row {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> &str {
        self.text("cookie_header")
    }

    /// Whether the cookie belongs to a product that nobody knows, and only bears a known name.
    pub(crate) fn is_look_alike(&self) -> bool {
        self.text("cmp").starts_with("unknown")
    }

    /// Whether the visitor has answered, by the label.
    pub(crate) fn is_decided(&self) -> bool {
        self.0["decided"].as_bool().unwrap() && !self.is_look_alike()
    }

    /// Whether the label says that an answer grants a category.
    pub(crate) fn grants(&self, category: &str) -> bool {
        self.is_decided() && self.0["expected"][category] == Value::Bool(true)
    }

    /// The name of the system here.
    pub(crate) fn system(&self) -> &str {
        let name = self.text("cmp");
        NAMES.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| ours)
    }

    /// The entry of a site that has this banner, as the row's `config` describes it.
    pub(crate) fn import(&self) -> Import {
        let mut import = Import::new(self.system());
        let empty = Map::new();
        let config = self.0["config"].as_object().unwrap_or(&empty);
        for map in MAPS.iter().filter_map(|key| config.get(*key)?.as_object()) {
            for (item, what) in map {
                match what.as_array() {
                    // The framework's purposes stand the other way round.
                    Some(purposes) if purposes.iter().all(Value::is_u64) => {}
                    _ => drop(import.map.insert(item.clone(), targets(what))),
                }
            }
        }
        if config.get("tcf") == Some(&Value::Bool(true)) && import.system == "didomi" {
            for (purpose, ids) in TCF {
                import.map.insert(purpose.to_owned(), ids.iter().copied().collect());
            }
        }
        let text = |key: &str| config.get(key).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        import.cookie = text("cookie_name").or_else(|| text("prefix"));
        import.revision = ["revision", "policy_id", "version"].into_iter().find_map(text);
        for word in config.get("accept_values").and_then(Value::as_array).into_iter().flatten() {
            import.values.insert(word.as_str().unwrap().to_owned(), true);
        }
        self.narrow(&mut import);
        import
    }

    /// For these systems the corpus gives one map for all sites together. A site's own names what the site has: what the
    /// value names, where it names anything.
    fn narrow(&self, import: &mut Import) {
        if ["axeptio", "civic", "drupal-eu-cookie-compliance"].contains(&&*import.system) {
            let header = self.header();
            let is_named =
                |item: &str| [format!("\"{item}\""), format!("%22{item}%22")].iter().any(|n| header.contains(n));
            let named: Vec<Targets> =
                import.map.iter().filter(|(item, _)| is_named(item)).map(|(_, targets)| targets.clone()).collect();
            import.map.retain(|item, targets| is_named(item) || !named.contains(targets));
        }
    }

    /// What the gate of such a site reads; the problem where no server can.
    pub(crate) fn read(&self) -> Result<ImportedCookie, ProblemKind> {
        let visitor = self.visitor(self.import())?;
        let imports = visitor.explain(visitor.gate().offered()).imports;
        assert_eq!(imports.len(), 1, "{}", self.text("id"));
        Ok(imports.into_iter().next().unwrap())
    }

    /// A visitor in Germany with the row's cookies.
    pub(crate) fn visitor(&self, import: Import) -> Result<Visitor, ProblemKind> {
        let gate = shared_gate(import)?;
        Ok(gate.visitor([("cookie", self.header())], Facts::in_region("DE".parse().unwrap()), now()))
    }
}

/// The gate of one entry, made once: many rows are of one site. Where the corpus has no map, the site has another item.
fn shared_gate(mut import: Import) -> Result<Gate, ProblemKind> {
    static GATES: Mutex<BTreeMap<String, Gate>> = Mutex::new(BTreeMap::new());
    let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
    let key = format!("{import:?}");
    if let Some(gate) = gates.get(&key) {
        return Ok(gate.clone());
    }
    let problem = |error: ConfigError| error.problems()[0].kind.clone();
    let gate = match gate([import.clone()]).map_err(problem) {
        Err(ProblemKind::NothingMapped(_)) => {
            import.map.insert("another-site's".to_owned(), Targets::from("analytics"));
            gate([import]).map_err(problem)?
        }
        gate => gate?,
    };
    gates.insert(key, gate.clone());
    Ok(gate)
}

/// A gate that imports these.
pub(crate) fn gate(imports: impl IntoIterator<Item = Import>) -> Result<Gate, ConfigError> {
    Gate::new(testing::policy().imports(imports))
}

const TCF: [(&str, &[&str]); 9] = [
    ("tcf-1", &["analytics", "personalization", "advertising"]),
    ("tcf-2", &["advertising"]),
    ("tcf-3", &["advertising"]),
    ("tcf-4", &["advertising"]),
    ("tcf-5", &["personalization"]),
    ("tcf-6", &["personalization"]),
    ("tcf-7", &["advertising"]),
    ("tcf-8", &["analytics"]),
    ("tcf-9", &["analytics"]),
];

fn targets(what: &Value) -> Targets {
    match what {
        Value::String(id) => Targets::from(id.as_str()),
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        _ => Targets::default(),
    }
}
