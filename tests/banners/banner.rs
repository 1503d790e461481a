//! The banners: what a site puts into its page and its policy, and where a visitor clicks.

/// One banner.
pub(crate) struct Banner {
    /// The package and its version.
    pub(crate) package: &'static str,
    /// The files that its host serves, with their media types.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// What the site adds to its policy.
    pub(crate) import: &'static str,
    pub(crate) page: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) refuse: &'static str,
    pub(crate) withdraw_analytics: &'static str,
    pub(crate) refuse_later: &'static str,
    pub(crate) only_analytics: &'static str,
}

const SCRIPT: &str = "text/javascript";
const STYLE: &str = "text/css";

pub(crate) const BANNERS: [Banner; 4] = [VANILLA, KLARO, TARTEAUCITRON, OREJIME];

const VANILLA: Banner = Banner {
    package: "vanilla-cookieconsent@3.1.0",
    files: &[("dist/cookieconsent.umd.js", SCRIPT), ("dist/cookieconsent.css", STYLE)],
    import: r#"
[[import]]
system = "vanilla-cookieconsent"
revision = 2
[import.map]
analytics = "analytics"
suggestions = "personalization"
ads = "advertising"
"#,
    page: r#"<!doctype html><meta charset="utf-8"><title>Banner</title><body>
<link rel="stylesheet" href="https://banner.example/cookieconsent.css">
<script src="https://banner.example/cookieconsent.umd.js"></script>
<script>
CookieConsent.run({
  revision: 2,
  hideFromBots: false,
  categories: { necessary: { readOnly: true }, analytics: {}, suggestions: {}, ads: {} },
  language: { default: "en", translations: { en: {
    consentModal: { title: "Cookies", description: "May we?", acceptAllBtn: "All", acceptNecessaryBtn: "None", showPreferencesBtn: "Choose" },
    preferencesModal: { title: "Cookies", acceptAllBtn: "All", acceptNecessaryBtn: "None", savePreferencesBtn: "Save", sections:
      ["analytics", "suggestions", "ads"].map((category) => ({ title: category, linkedCategory: category })) },
  } } },
});
</script>"#,
    accept: "await click('.cm__btn[data-role=all]')",
    refuse: "await click('.cm__btn[data-role=necessary]')",
    withdraw_analytics: "CookieConsent.showPreferences(); await set('.section__toggle[value=analytics]', false);
        await click('.pm__btn[data-role=save]')",
    refuse_later: "CookieConsent.showPreferences(); await click('.pm__btn[data-role=necessary]')",
    only_analytics: "CookieConsent.showPreferences(); await set('.section__toggle[value=analytics]', true);
        await click('.pm__btn[data-role=save]')",
};

const KLARO: Banner = Banner {
    package: "klaro@0.7.22",
    files: &[("dist/klaro.js", SCRIPT)],
    import: r#"
[[import]]
system = "klaro"
[import.map]
lumen = ["lumen", "analytics"]
suggestions = "personalization"
adloop = ["adloop", "advertising"]
"#,
    page: r#"<!doctype html><meta charset="utf-8"><title>Banner</title>
<script>
var klaroConfig = {
  acceptAll: true,
  services: [
    { name: "lumen", title: "Lumen", purposes: ["analytics"] },
    { name: "suggestions", title: "Suggestions", purposes: ["personalization"] },
    { name: "adloop", title: "AdLoop", purposes: ["advertising"] },
  ],
};
</script>
<script defer data-config="klaroConfig" src="https://banner.example/klaro.js"></script>"#,
    accept: "await click('.cookie-notice .cm-btn-success')",
    refuse: "await click('.cookie-notice .cn-decline')",
    withdraw_analytics: "klaro.show(undefined, true); await set('#service-item-lumen', false);
        await click('.cookie-modal .cm-btn-accept')",
    refuse_later: "klaro.show(undefined, true);
        for (const name of ['lumen', 'suggestions', 'adloop']) { await set(`#service-item-${name}`, false); }
        await click('.cookie-modal .cm-btn-accept')",
    only_analytics: "klaro.show(undefined, true); await set('#service-item-lumen', true);
        await click('.cookie-modal .cm-btn-accept')",
};

const TARTEAUCITRON: Banner = Banner {
    package: "tarteaucitronjs@1.34.0",
    files: &[
        ("tarteaucitron.js", SCRIPT),
        ("tarteaucitron.services.js", SCRIPT),
        ("css/tarteaucitron.css", STYLE),
        ("lang/tarteaucitron.en.js", SCRIPT),
    ],
    import: r#"
[[import]]
system = "tarteaucitron"
[import.map]
lumen = "analytics"
suggestions = "personalization"
adloop = "advertising"
"#,
    page: r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Banner</title><body>
<script src="https://banner.example/tarteaucitron.js"></script>
<script>
tarteaucitron.init({ privacyUrl: "", orientation: "bottom", DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, showIcon: false });
for (const [key, type] of [["lumen", "analytic"], ["suggestions", "other"], ["adloop", "ads"]]) {
  tarteaucitron.services[key] = { key, type, name: key, uri: "", needConsent: true, cookies: [], js() {} };
  (tarteaucitron.job = tarteaucitron.job || []).push(key);
}
</script>"#,
    accept: "await at('#lumenAllowed'); await at('#adloopAllowed'); await pause(); await click('#tarteaucitronPersonalize2')",
    refuse: "await at('#lumenAllowed'); await at('#adloopAllowed'); await pause(); await click('#tarteaucitronAllDenied2')",
    withdraw_analytics: "await at('#lumenDenied'); tarteaucitron.userInterface.openPanel(); await click('#lumenDenied')",
    refuse_later: "await at('#lumenDenied'); tarteaucitron.userInterface.openPanel();
        for (const key of ['suggestions', 'adloop']) { await click(`#${key}Denied`); }",
    only_analytics: "await at('#lumenAllowed'); tarteaucitron.userInterface.openPanel(); await click('#lumenAllowed')",
};

const OREJIME: Banner = Banner {
    package: "orejime@3.2.1",
    files: &[("dist/orejime-standard-en.js", SCRIPT), ("dist/orejime-standard.css", STYLE)],
    import: r#"
[[import]]
system = "orejime"
[import.map]
analytics = "analytics"
suggestions = "personalization"
ads = "advertising"
"#,
    page: r#"<!doctype html><meta charset="utf-8"><title>Banner</title>
<link rel="stylesheet" href="https://banner.example/orejime-standard.css">
<script>
window.orejimeConfig = {
  privacyPolicyUrl: "/privacy",
  purposes: ["analytics", "suggestions", "ads"].map((id) => ({ id, title: id, cookies: [] })),
};
</script>
<script src="https://banner.example/orejime-standard-en.js"></script>"#,
    accept: "await click('.orejime-Banner-saveButton')",
    refuse: "await click('.orejime-Banner-declineButton')",
    withdraw_analytics: "orejime.prompt(); await set('input.orejime-Purpose-input[id*=analytics]', false);
        await click('.orejime-Modal-saveButton')",
    refuse_later: "orejime.prompt();
        for (const id of ['suggestions', 'ads']) { await set(`input.orejime-Purpose-input[id*=${id}]`, false); }
        await click('.orejime-Modal-saveButton')",
    only_analytics: "orejime.prompt(); await set('input.orejime-Purpose-input[id*=analytics]', true);
        await click('.orejime-Modal-saveButton')",
};
