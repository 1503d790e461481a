//! `diff`: one edit of the example at a time, against the example as it is published.

use super::{EXAMPLE_FILE, Said, edited, file, run, says};

pub(super) const RAISED: (&str, &str) = ("revision = 4 ", "revision = 5 ");
const LUMEN_SINCE: (&str, &str) = (
    "since = 3                             # the revision in which it was added",
    "since = 5 # the revision in which it was added",
);
const ADLOOP_SINCE: (&str, &str) = ("name = \"AdLoop\"", "name = \"AdLoop\"\nsince = 5");
const CLIPTUBE_SINCE: (&str, &str) = ("name = \"ClipTube\"", "name = \"ClipTube\"\nsince = 5");
const ANALYTICS_SINCE: (&str, &str) = ("id = \"analytics\"\nsince = 3", "id = \"analytics\"\nsince = 5");
const PERSONALIZATION_SINCE: (&str, &str) =
    ("id = \"personalization\"\nsince = 1", "id = \"personalization\"\nsince = 5");
const FUNCTIONAL_SINCE: (&str, &str) = (
    "since = 1                             # the revision in which its meaning last changed",
    "since = 5 # the revision in which its meaning last changed",
);

/// The place after which new entries can stand.
const FIRST_TRACKER: &str = "[[tracker]]\nname = \"sid\"";

pub(super) fn compared(edits: &[(&str, &str)]) -> Said {
    run(&["diff", EXAMPLE_FILE, file(&edited(edits), "toml").to_str().unwrap()])
}

/// With the revision raised, the edit fails with this cure; with `since` raised as well, it passes.
#[track_caller]
fn material(edit: (&str, &str), what: &str, cure: &str, raise: (&str, &str)) {
    let said = compared(&[RAISED, edit]);
    assert_eq!(said.status, 1, "{}", said.out);
    says(
        &said.out,
        &[&format!("FAIL  material   {what}\n"), &format!("-> older grants do not cover it: raise since of {cure}\n")],
    );

    let said = compared(&[RAISED, edit, raise]);
    assert_eq!(said.status, 0, "{}", said.out);
    says(&said.out, &[&format!("ok    material   {what}\n"), "is 5: older grants lapse\n", "The change is sound."]);
}

/// With the revision raised, the edit is listed with this mark and does not fail.
#[track_caller]
pub(super) fn listed(edit: (&str, &str), line: &str) {
    let said = compared(&[RAISED, edit]);
    assert_eq!(said.status, 0, "{}", said.out);
    says(&said.out, &[line]);
}

/// The edit fails, whatever `since` says.
#[track_caller]
fn wrong(edits: &[(&str, &str)], lines: &[&str]) {
    let said = compared(edits);
    assert_eq!(said.status, 1, "{}", said.out);
    says(&said.out, lines);
}

fn tracker(name: &str, technology: &str, category: &str, rest: &str) -> String {
    format!(
        "[[tracker]]\nname = {name:?}\ntechnology = {technology:?}\ncategory = {category:?}\n{rest}\npurpose.en = \"x\"\n\n{FIRST_TRACKER}"
    )
}

#[test]
fn a_policy_compared_with_itself_has_not_changed() {
    let said = compared(&[]);
    assert_eq!((said.status, said.out.as_str()), (0, "revision 4 -> revision 4: nothing changed\n"));
    let said = compared(&[RAISED]);
    assert_eq!(said.status, 0);
    says(&said.out, &["editorial  revision: was raised from 4 to 5"]);
}

#[test]
fn what_a_provider_newly_does_needs_its_since() {
    let lumen = "provider \"lumen\" from 3 to 5";
    material(
        ("\"device type\"]", "\"device type\", \"IP address\"]"),
        "provider \"lumen\": collects gained \"IP address\"",
        lumen,
        LUMEN_SINCE,
    );
    material(
        ("retention = \"25 months\"", "retention = \"3 years\""),
        "provider \"lumen\": retention changed from \"25 months\" to \"3 years\"",
        lumen,
        LUMEN_SINCE,
    );
    material(
        (
            "id = \"paylane\"\nname = \"PayLane\"\nrole = \"processor\"",
            "id = \"paylane\"\nname = \"PayLane\"\nopt_out_url = \"https://paylane.example/o\"\nrole = \"third-party\"",
        ),
        "provider \"paylane\": role changed from processor to third-party",
        "provider \"paylane\" from 1 to 5",
        ("collects.en = [\"payment details\"]", "since = 5\ncollects.en = [\"payment details\"]"),
    );
}

#[test]
fn a_new_provider_or_category_needs_a_since_of_its_own() {
    let provider = "[[provider]]\nid = \"newads\"\nname = \"NewAds\"\nrole = \"processor\"\ncollects.en = [\"x\"]\npurpose.en = \"x\"\n";
    let entry = format!("{provider}\n{FIRST_TRACKER}");
    let stated = format!("{provider}since = 5\n\n{FIRST_TRACKER}");
    let cure = "raise since of provider \"newads\" from 1 to 5";
    wrong(&[RAISED, (FIRST_TRACKER, &entry)], &["FAIL  material   provider \"newads\": is new", cure]);
    listed((FIRST_TRACKER, &stated), "ok    material   provider \"newads\": is new");

    let category =
        "[[category]]\nid = \"survey\"\ncustom = 1\ntitle.en = \"x\"\npurpose.en = \"x\"\nimpact.en = \"x\"\n";
    let entry = format!("{category}\n{FIRST_TRACKER}");
    let stated = format!("{category}since = 5\n\n{FIRST_TRACKER}");
    let cure = "raise since of category \"survey\" from 1 to 5";
    wrong(&[RAISED, (FIRST_TRACKER, &entry)], &["FAIL  material   category \"survey\": is new", cure]);
    listed((FIRST_TRACKER, &stated), "ok    material   category \"survey\": is new");
}

#[test]
fn a_new_tracker_needs_the_since_of_its_provider_or_else_of_its_category() {
    let own = tracker("visits", "cookie", "analytics", "lifetime = \"30d\"");
    material(
        (FIRST_TRACKER, &own),
        "tracker \"visits\" (cookie): is new in \"analytics\"",
        "category \"analytics\" from 3 to 5",
        ANALYTICS_SINCE,
    );
    let theirs = tracker("https://px.lumen.example/w.gif", "pixel", "analytics", "provider = \"lumen\"");
    material(
        (FIRST_TRACKER, &theirs),
        "tracker \"https://px.lumen.example/w.gif\" (pixel): is new in \"analytics\"",
        "provider \"lumen\" from 3 to 5",
        LUMEN_SINCE,
    );
    // The category's `since` is not enough: a grant of the provider by name is held against the provider's alone.
    let said = compared(&[RAISED, ANALYTICS_SINCE, (FIRST_TRACKER, &theirs)]);
    assert_eq!(said.status, 1);
    // Nobody is asked about an essential one, so no `since` can tell: a person must judge.
    let essential = tracker("cart", "cookie", "essential", "lifetime = \"1d\"");
    listed((FIRST_TRACKER, &essential), "look  review     tracker \"cart\" (cookie): is new in \"essential\"");
}

#[test]
fn a_name_that_was_covered_before_is_no_new_tracker() {
    let narrow = "provider = \"lumen\"\nlifetime = ";
    let shorter =
        tracker("_lum_visit", "cookie", "analytics", &format!("{narrow}\"30d\"\ndomain = \"calminteraction.example\""));
    listed((FIRST_TRACKER, &shorter), "editorial  tracker \"_lum_visit\" (cookie): is new; \"_lum*\" covered it");
    let longer = tracker("_lum_visit", "cookie", "analytics", &format!("{narrow}\"400d\""));
    wrong(
        &[RAISED, (FIRST_TRACKER, &longer)],
        &["FAIL  material   tracker \"_lum_visit\" (cookie): lifetime changed from 395d to 400d"],
    );
    let page = tracker("https://cliptube.example/embed/7", "frame", "personalization", "provider = \"cliptube\"");
    listed((FIRST_TRACKER, &page), "(frame): is new; \"https://cliptube.example/embed/\" covered it");
    let beside = tracker("https://px.lumen.example/v.gifs", "pixel", "analytics", "provider = \"lumen\"");
    wrong(
        &[RAISED, (FIRST_TRACKER, &beside)],
        &["FAIL  material   tracker \"https://px.lumen.example/v.gifs\" (pixel): is new"],
    );
}

#[test]
fn what_a_tracker_newly_does_is_material() {
    let recommend = "name = \"recommend\"\ntechnology = \"cookie\"\ncategory = \"personalization\"";
    let named = "tracker \"recommend\" (cookie)";
    material(
        (recommend, &recommend.replace("personalization", "analytics")),
        &format!("{named}: moved from category \"personalization\" to \"analytics\""),
        "category \"analytics\" from 3 to 5",
        ANALYTICS_SINCE,
    );
    material(
        (recommend, &format!("{recommend}\nprovider = \"cliptube\"")),
        &format!("{named}: provider changed from our own to \"cliptube\""),
        "provider \"cliptube\" from 1 to 5",
        CLIPTUBE_SINCE,
    );
    material(
        (recommend, &format!("{recommend}\nexemption = \"user-requested\"")),
        &format!("{named}: exemption changed from none to user-requested"),
        "category \"personalization\" from 1 to 5",
        PERSONALIZATION_SINCE,
    );
    material(
        ("exemption = \"user-requested\"          #", "#"),
        "tracker \"lang\" (cookie): exemption changed from user-requested to none",
        "category \"functional\" from 1 to 5",
        FUNCTIONAL_SINCE,
    );
    material(
        ("lifetime = \"90d\"\npurpose.en = \"Signs", "lifetime = \"91d\"\npurpose.en = \"Signs"),
        "tracker \"remember\" (cookie): lifetime changed from 90d to 91d",
        "category \"functional\" from 1 to 5",
        FUNCTIONAL_SINCE,
    );
    material(
        ("lifetime = \"90d\"\ndomain", "lifetime = \"180d\"\ndomain"),
        "tracker \"_adl\" (cookie): lifetime changed from 90d to 180d",
        "provider \"adloop\" from 1 to 5",
        ADLOOP_SINCE,
    );
    material(
        ("technology = \"pixel\"", "technology = \"script\""),
        "tracker \"https://px.lumen.example/v.gif\" (script): technology changed from pixel to script",
        "provider \"lumen\" from 3 to 5",
        LUMEN_SINCE,
    );
}

#[test]
fn a_since_that_is_raised_too_little_does_not_settle_a_material_change() {
    let data = ("\"device type\"]", "\"device type\", \"IP address\"]");
    let too_little = (LUMEN_SINCE.0, "since = 4 #");
    wrong(&[RAISED, data, too_little], &["raise since of provider \"lumen\" from 4 to 5"]);
    let far = ("revision = 4 ", "revision = 7 ");
    wrong(&[far, data], &["raise since of provider \"lumen\" from 3 to a revision from 5 to 7"]);
    assert_eq!(compared(&[far, data, LUMEN_SINCE]).status, 0);
    wrong(
        &[data],
        &[
            "raise since of provider \"lumen\" from 3 to 5, and revision from 4 to 5",
            "FAIL  wrong      revision: is still 4, although the published text changed",
        ],
    );
}

#[test]
fn the_revision_rises_with_every_change_of_the_published_text() {
    let title = ("title.en = \"Analytics\"", "title.en = \"Statistics\"");
    wrong(&[title], &["revision: is still 4, although the published text changed", "raise revision to at least 5"]);
    listed(title, "editorial  category \"analytics\": title.en changed from \"Analytics\" to \"Statistics\"");
    let lowered = [("revision = 4 ", "revision = 3 ")];
    wrong(&lowered, &["FAIL  wrong      revision: was lowered from 4 to 3"]);
    // What visitors are not told needs no new revision.
    let unpublished = [("undeclared = \"deny\"", "undeclared = \"report\""), ("http_only = true", "http_only = false")];
    let said = compared(&unpublished);
    assert_eq!(said.status, 0, "{}", said.out);
    says(
        &said.out,
        &["look  review     enforce: undeclared changed from deny to report", "floor changed from Secure, HttpOnly"],
    );
}

#[test]
fn a_bit_never_changes_its_meaning() {
    let renamed =
        [RAISED, ("id = \"live-help\"", "id = \"survey\""), ("category = \"live-help\"", "category = \"survey\"")];
    let bit = "FAIL  wrong      category \"survey\": custom = 0 meant \"live-help\" and means \"survey\" now";
    wrong(&renamed, &[bit]);
    let with_since = ("custom = 0                            #", "custom = 0\n#");
    let stated = ("since = 2\ntitle.en = \"Live help\"", "since = 5\ntitle.en = \"Live help\"");
    wrong(
        &[renamed[0], renamed[1], renamed[2], with_since, stated],
        &[bit, "give \"survey\" a bit that was never used"],
    );

    let moved = ("custom = 0                            #", "custom = 1 #");
    wrong(&[RAISED, moved, stated], &["category \"live-help\": custom changed from 0 to 1", "restore custom = 0"]);
}

#[test]
fn a_lowered_since_would_bring_lapsed_grants_back() {
    let lowered = (ANALYTICS_SINCE.0, "id = \"analytics\"\nsince = 2");
    wrong(
        &[RAISED, lowered],
        &["FAIL  wrong      category \"analytics\": since changed from 3 to 2", "restore at least 3"],
    );
    listed(ANALYTICS_SINCE, "editorial  category \"analytics\": since changed from 3 to 5");
}

#[test]
fn a_removed_category_leaves_its_bit_unused() {
    let from = super::EXAMPLE.find("[[category]]\nid = \"live-help\"").unwrap();
    let to = super::EXAMPLE.find("# Outside parties.").unwrap();
    let category = &super::EXAMPLE[from..to];
    let chat = ("category = \"live-help\"", "category = \"functional\"");
    let said = compared(&[RAISED, (category, ""), chat, FUNCTIONAL_SINCE]);
    assert_eq!(said.status, 0, "{}", said.out);
    says(&said.out, &["category \"live-help\": was removed", "its bit must never be given to another category"]);

    // Back again later, it needs a `since` of its own: answers may still hold the bit.
    let removed = file(&edited(&[RAISED, (category, ""), chat]), "toml");
    let back = file(&edited(&[("revision = 4 ", "revision = 6 ")]), "toml");
    let said = run(&["diff", removed.to_str().unwrap(), back.to_str().unwrap()]);
    assert_eq!(said.status, 1);
    says(
        &said.out,
        &["FAIL  material   category \"live-help\": is new", "raise since of category \"live-help\" from 2 to 6"],
    );
}

#[test]
fn both_policies_must_be_sound() {
    let faulty = file(&edited(&[("presets = \"2026-11\"", "presets = \"1999-01\"")]), "toml");
    let faulty = faulty.to_str().unwrap();
    for pair in [[EXAMPLE_FILE, faulty], [faulty, EXAMPLE_FILE], [faulty, faulty]] {
        let said = run(&["diff", pair[0], pair[1]]);
        assert_eq!(said.status, 1);
        says(&said.out, &["1 problem\n- presets: there is no edition"]);
    }
}

#[test]
#[cfg(feature = "cmp")]
fn an_import_that_is_new_or_changes_is_for_a_person_to_review() {
    let entry = "[[import]]\nsystem = \"onetrust\"\nmap = { C0009 = \"advertising\" }\n\n";
    let after = format!("{entry}{FIRST_TRACKER}");
    listed((FIRST_TRACKER, &after), "import \"onetrust\": is new");
    let (old, new) = (
        edited(&[(FIRST_TRACKER, &after)]),
        after.replace("C0009 = \"advertising\"", "C0009 = [\"analytics\", \"lumen\"]"),
    );
    let new = edited(&[(FIRST_TRACKER, &new)]);
    let said = run(&["diff", file(&old, "toml").to_str().unwrap(), file(&new, "toml").to_str().unwrap()]);
    says(&said.out, &["import \"onetrust\": map changed from C0009 = advertising to C0009 = analytics + lumen"]);
    let said = run(&["diff", file(&old, "toml").to_str().unwrap(), EXAMPLE_FILE]);
    says(&said.out, &["import \"onetrust\": was removed", "refusals given there count no more"]);
    let said = run(&["table", file(&new, "toml").to_str().unwrap()]);
    says(&said.out, &["## Imports", "| onetrust | its own | C0009 = analytics + lumen |"]);
}
