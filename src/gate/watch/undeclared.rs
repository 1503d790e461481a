//! The names that were met and are not declared: how a running site gets to a complete policy.
//!
//! 1. What looks like an identifier is cut off: `_hjSession_1234567` is kept as `_hjSession_*`, an address as its origin,
//!    what holds an `@` before it. So the set can be shown to anybody and printed as `[[tracker]]` entries to paste.
//! 2. It is bounded, in two halves: one for names that the site's own code writes and embeds, one for names that browsers
//!    send, which anybody can make up. Neither can fill the other. A name that both use is kept in the first.
//! 3. In a full half a new name takes the place of the least met one and inherits its weight (Space-Saving: Metwally,
//!    Agrawal and El Abbadi, 2005). So a flood of names that come once push out one another and older names of the least
//!    weight, while a name that comes more often than one time in 128 stays, or is back at once.
//! 4. `count` is how often a name was met since it was last taken in: never too high.

use crate::gate::watch::event::Thing;
use crate::wire::address::Address;
use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

/// How many names are remembered in each half.
const HALF_MAX: usize = 128;

/// How long a remembered name may be, in bytes.
const NAME_MAX: usize = 96;

/// As many digits, which a sign each may part, hexadecimal digits with a decimal one among them, or letters and digits that
/// take turns at least so often, in a row are taken for an identifier.
const IDENTIFIER_DIGITS: usize = 4;
const IDENTIFIER_HEX: usize = 8;
const IDENTIFIER_MIXED: usize = 8;
const IDENTIFIER_TURNS: usize = 3;

/// A name that was met and is not declared.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UndeclaredName {
    /// What it was met as.
    pub thing: Thing,
    /// The name, or the origin of the address.
    pub name: String,
    /// How often it was met.
    pub count: u64,
}

/// The bounded set.
#[derive(Debug, Default)]
pub(crate) struct Undeclared {
    halves: Mutex<Halves>,
}

#[derive(Debug, Default)]
struct Halves {
    /// What the site's own code writes and embeds.
    ours: Half,
    /// What only browsers send.
    theirs: Half,
}

/// At most [`HALF_MAX`] names, in no order.
#[derive(Debug, Default)]
struct Half(Vec<Met>);

#[derive(Debug)]
struct Met {
    thing: Thing,
    name: Box<str>,
    count: u64,
    /// What it took over from the name in whose place it came.
    inherited: u64,
}

impl Met {
    fn weight(&self) -> u64 {
        self.count.saturating_add(self.inherited)
    }
}

impl Undeclared {
    /// Remembers a name. Gives it as it is remembered, and whether it is new and found room.
    pub(crate) fn meet<'n>(&self, thing: Thing, name: &'n str, from_browser: bool) -> (Cow<'n, str>, bool) {
        let name = presentable(thing, name);
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = halves.meet(thing, &name, from_browser);
        (name, is_new)
    }

    /// What was met, by kind and name.
    pub(crate) fn list(&self) -> Vec<UndeclaredName> {
        let halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let all = halves.ours.0.iter().chain(&halves.theirs.0);
        let mut names: Vec<UndeclaredName> = all
            .map(|met| UndeclaredName { thing: met.thing, name: met.name.clone().into(), count: met.count })
            .collect();
        names.sort_by(|one, other| (one.thing, &one.name).cmp(&(other.thing, &other.name)));
        names
    }

    /// `[[tracker]]` entries for what was met. What only a person can know is left to fill in: the text stays as it is
    /// refused by the gate until then.
    pub(crate) fn declarations(&self, language: &str) -> String {
        let entry = |met: UndeclaredName| {
            let technology = met.thing.technology();
            let lifetime = if met.thing == Thing::Cookie { "lifetime = \"\"\n" } else { "" };
            format!(
                "[[tracker]]  # met {} times\nname = {}\ntechnology = \"{technology}\"\ncategory = \"\"\n{lifetime}purpose.{language} = \"\"\n",
                met.count,
                toml_string(&met.name),
            )
        };
        self.list().into_iter().map(entry).collect::<Vec<_>>().join("\n")
    }
}

impl Halves {
    /// Counts a name in the half that it belongs to. Says whether it is new and found room.
    fn meet(&mut self, thing: Thing, name: &str, from_browser: bool) -> bool {
        if let Some(met) = self.ours.find(thing, name) {
            met.count = met.count.saturating_add(1);
            return false;
        }
        if from_browser {
            if let Some(met) = self.theirs.find(thing, name) {
                met.count = met.count.saturating_add(1);
                return false;
            }
            return self.theirs.take_in(Met { thing, name: name.into(), count: 1, inherited: 0 });
        }
        let before = self.theirs.take_out(thing, name);
        let count = before.as_ref().map_or(1, |met| met.count.saturating_add(1));
        self.ours.take_in(Met { thing, name: name.into(), count, inherited: 0 }) && before.is_none()
    }
}

impl Half {
    fn find(&mut self, thing: Thing, name: &str) -> Option<&mut Met> {
        self.0.iter_mut().find(|met| met.thing == thing && *met.name == *name)
    }

    fn take_out(&mut self, thing: Thing, name: &str) -> Option<Met> {
        let place = self.0.iter().position(|met| met.thing == thing && *met.name == *name)?;
        Some(self.0.swap_remove(place))
    }

    /// Says whether there was room.
    fn take_in(&mut self, new: Met) -> bool {
        if self.0.len() < HALF_MAX {
            self.0.push(new);
            return true;
        }
        if let Some(least) = self.0.iter_mut().min_by_key(|met| met.weight()) {
            *least = Met { inherited: least.weight(), ..new };
        }
        false
    }
}

/// A TOML basic string. Names hold no control characters any more.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name as it may be kept and shown.
fn presentable(thing: Thing, name: &str) -> Cow<'_, str> {
    if thing == Thing::Address {
        return match Address::parse(name) {
            Ok(address) => {
                address.origin().map_or(Cow::Borrowed("(relative)"), |origin| presentable_origin(origin).into())
            }
            Err(_) => Cow::Borrowed("(not an address)"),
        };
    }
    // Long names first: looking for identifiers in them would take time that grows faster than they do.
    let is_plain = name.len() <= NAME_MAX && !name.chars().any(char::is_control);
    let name = if is_plain { Cow::Borrowed(name) } else { Cow::Owned(cut(name)) };
    match identifier_starts(&name) {
        None => name,
        Some(start) => format!("{}*", &name[..start]).into(),
    }
}

/// An origin as an address, with a `*` for each part of the host that looks like an identifier.
fn presentable_origin(origin: &str) -> String {
    if origin.len() > NAME_MAX {
        return "(long address)".to_owned();
    }
    let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
    let (host, port) = authority.rfind(':').map_or((authority, ""), |colon| authority.split_at(colon));
    let labels: Vec<&str> =
        host.split('.').map(|label| if identifier_starts(label).is_some() { "*" } else { label }).collect();
    format!("{scheme}://{}{port}/", labels.join("."))
}

/// A text without control characters, and not too long.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_MAX / 4).chain(['*']).collect()
}

/// Where the first part begins that looks like an identifier: a run of digits, or an e-mail address.
fn identifier_starts(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    // An e-mail address begins before its `@`, which may be encoded.
    let at = (0..bytes.len()).find(|place| bytes[*place] == b'@' || bytes[*place..].starts_with(b"%40"));
    let is_in_address = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let mail = at.map(|at| name[..at].trim_end_matches(is_in_address).len());
    let run = |from: usize, belongs: fn(&u8) -> bool| bytes[from..].iter().take_while(|byte| belongs(byte)).count();
    let other = (0..bytes.len()).filter(|place| name.is_char_boundary(*place)).find(|place| {
        let hex = run(*place, u8::is_ascii_hexdigit);
        let is_hex_id = hex >= IDENTIFIER_HEX && bytes[*place..*place + hex].iter().any(u8::is_ascii_digit);
        let mixed = &bytes[*place..*place + run(*place, u8::is_ascii_alphanumeric)];
        let is_mixed_id = mixed.len() >= IDENTIFIER_MIXED && turns(mixed) >= IDENTIFIER_TURNS;
        is_hex_id || is_mixed_id || digits(&bytes[*place..]) >= IDENTIFIER_DIGITS
    });
    [other, mail].into_iter().flatten().min()
}

/// How many digits begin here. One sign may stand between two, as in a network address or a telephone number.
fn digits(bytes: &[u8]) -> usize {
    let is_sign = |place: usize| {
        matches!(bytes[place], b'.' | b'-' | b':' | b' ') && bytes.get(place + 1).is_some_and(u8::is_ascii_digit)
    };
    let starts = bytes.first().is_some_and(u8::is_ascii_digit);
    let belongs = (0..bytes.len()).take_while(|place| starts && (bytes[*place].is_ascii_digit() || is_sign(*place)));
    belongs.filter(|place| bytes[*place].is_ascii_digit()).count()
}

/// How often letters and digits take turns.
fn turns(mixed: &[u8]) -> usize {
    mixed.windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_10_identifiers_and_query_strings_are_not_kept() {
        for (thing, name, kept) in [
            (Thing::Cookie, "_ga", "_ga"),
            (Thing::Cookie, "_hjSession_1234567", "_hjSession_*"),
            (Thing::Cookie, "amp_9f3ac1b2d4", "amp_*"),
            (Thing::Cookie, "deadbeef", "deadbeef"),
            (Thing::Cookie, "sess_5ecre7cafe", "sess_*"),
            (Thing::Cookie, "_ga_G1ABC2DEF3", "_ga_*"),
            (Thing::Cookie, "oauth2_state", "oauth2_state"),
            (Thing::Cookie, "a\u{7}b", "ab*"),
            (Thing::Cookie, "x\u{7}5ecre7cafe", "*"),
            (Thing::LocalStorage, "cart.v2", "cart.v2"),
            (Thing::LocalStorage, "cart.v1.2.3", "cart.v1.2.3"),
            (Thing::LocalStorage, "step-1-of-3", "step-1-of-3"),
            (Thing::Cookie, "ip_203.0.113.7", "ip_*"),
            (Thing::LocalStorage, "call +49 170 55 512", "call +*"),
            (Thing::Cookie, "card_12-34-", "card_*"),
            (Thing::LocalStorage, "profile:jo.doe@mail.example", "profile:*"),
            (Thing::Cookie, "jo_doe%40mail.example", "*"),
            (Thing::Address, "https://px.example/u/4711?id=9#x", "https://px.example/"),
            (
                Thing::Address,
                "https://tags.some-vendor-of-analytics.example:8443/",
                "https://tags.some-vendor-of-analytics.example:8443/",
            ),
            (Thing::Address, "https://u0000c0ffee.px.example/", "https://*.px.example/"),
            (Thing::Address, "https://[2001:db8::1]/x", "https://*:1]/"),
            (Thing::Address, "data:text/html,secret", "(not an address)"),
            (Thing::Address, "/own", "(relative)"),
        ] {
            assert_eq!(presentable(thing, name), kept, "{name}");
        }
    }

    #[test]
    fn law_7_a_long_name_is_cut_before_it_is_searched() {
        let long = "a".repeat(4_000_000);
        assert_eq!(presentable(Thing::Cookie, &long), format!("{}*", "a".repeat(NAME_MAX / 4)));
    }

    /// Made-up names, all different.
    fn made_up(count: usize) -> impl Iterator<Item = String> {
        let letter = |place: usize| char::from(b'g' + u8::try_from(place % 20).unwrap());
        (0..count).map(move |i| [i, i / 20, i / 400, i / 8000].map(letter).iter().collect())
    }

    fn count_of(undeclared: &Undeclared, name: &str) -> Option<u64> {
        undeclared.list().into_iter().find(|met| met.name == name).map(|met| met.count)
    }

    #[test]
    fn the_set_is_bounded_and_counts() {
        let undeclared = Undeclared::default();
        assert!(undeclared.meet(Thing::Cookie, "_ga", true).1);
        assert!(!undeclared.meet(Thing::Cookie, "_ga", true).1);
        assert!(undeclared.meet(Thing::LocalStorage, "_ga", false).1, "another thing of that name");
        let meet = |name: String| {
            [(Thing::Cookie, true), (Thing::SessionStorage, false)]
                .map(|(thing, by)| undeclared.meet(thing, &name, by).1)
        };
        let firsts = made_up(10_000).flat_map(meet).filter(|is_first| *is_first).count();
        assert_eq!((firsts + 2, undeclared.list().len()), (2 * HALF_MAX, 2 * HALF_MAX));
    }

    #[test]
    fn made_up_names_of_browsers_do_not_touch_what_the_site_itself_writes() {
        let undeclared = Undeclared::default();
        undeclared.meet(Thing::Cookie, "_legacy", false);
        for name in made_up(10_000) {
            undeclared.meet(Thing::Cookie, &name, true);
        }
        undeclared.meet(Thing::Cookie, "_late", false);
        assert_eq!((count_of(&undeclared, "_legacy"), count_of(&undeclared, "_late")), (Some(1), Some(1)));
    }

    #[test]
    fn made_up_names_give_way_to_those_that_come_again() {
        let undeclared = Undeclared::default();
        let real = ["_ga", "_fbp", "_hj", "intercom-id", "optimizely"];
        // The flood comes first, then beside the real ones, then it ends.
        let mut flood = made_up(60_000);
        flood.by_ref().take(20_000).for_each(|name| drop(undeclared.meet(Thing::Cookie, &name, true)));
        for _ in 0..1000 {
            flood.by_ref().take(20).for_each(|name| drop(undeclared.meet(Thing::Cookie, &name, true)));
            real.iter().for_each(|name| drop(undeclared.meet(Thing::Cookie, name, true)));
        }
        for name in real {
            let count = count_of(&undeclared, name);
            assert!(count.is_some_and(|count| (900..=1000).contains(&count)), "{name}: {count:?}");
        }
        // Rare ones, one after the other, do not keep pushing each other out.
        for _ in 0..3 {
            (0..20).for_each(|i| drop(undeclared.meet(Thing::Cookie, &format!("rare-{i}"), true)));
        }
        assert!((0..20).all(|i| count_of(&undeclared, &format!("rare-{i}")) == Some(3)), "{:?}", undeclared.list());
    }

    #[test]
    fn a_name_that_the_site_writes_and_browsers_send_back_is_one() {
        let undeclared = Undeclared::default();
        assert!(undeclared.meet(Thing::Cookie, "_both", true).1);
        assert!(!undeclared.meet(Thing::Cookie, "_both", false).1);
        assert!(!undeclared.meet(Thing::Cookie, "_both", true).1);
        assert_eq!((undeclared.list().len(), count_of(&undeclared, "_both")), (1, Some(3)));
    }

    #[test]
    fn a_declaration_names_what_is_left_to_fill_in() {
        let undeclared = Undeclared::default();
        undeclared.meet(Thing::Cookie, "a\"b", false);
        let expected = "[[tracker]]  # met 1 times\nname = \"a\\\"b\"\ntechnology = \"cookie\"\ncategory = \"\"\nlifetime = \"\"\npurpose.en = \"\"\n";
        assert_eq!(undeclared.declarations("en"), expected);
    }
}
