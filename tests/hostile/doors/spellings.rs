//! One address in every spelling that a browser takes for it.

use super::{Declared, Kind, Place, Sign, door};

pub(super) const KINDS: &[Kind] = &[Kind {
    name: "odd spellings",
    place: Place::Markup,
    sign: Sign::Request,
    declared: Declared::Pixel,
    doors: &[
        door("protocol-relative", "<img src='//{host}{path}'>"),
        door("in entities", "<img src='&#104;ttps&colon;&sol;&#x2f;{host}{path}'>"),
        door("entities without semicolons", "<img src='&#47&#47{host}{path}'>"),
        door("with tabs and line feeds", "<img src='ht\ntps:/\t/{host}{path}'>"),
        door("with tabs in entities", "<img src='h&Tab;ttps://{host}{path}'>"),
        door("with backslashes", "<img src='https:\\\\{host}{path}'>"),
        door("with backslashes alone", "<img src='\\\\{host}{path}'>"),
        door("with a mixed pair", "<img src='/\\{host}{path}'>"),
        door("in upper case", "<img src='HTTPS://{HOST}{path}'>"),
        door("with a port", "<img src='https://{host}:443{path}'>"),
        door("with four slashes", "<img src='https:////{host}{path}'>"),
        door("with a percent-encoded dot", "<img src='https://{percent}{path}'>"),
        door("with an ideographic full stop", "<img src='https://{ideographic}{path}'>"),
        door("with a soft hyphen", "<img src='https://\u{ad}{host}{path}'>"),
        door("with a dot at the end", "<img src='https://{host}.{path}'>"),
        door("with spaces around", "<img src=' \u{1} https://{host}{path}  '>"),
        door("with a fragment", "<img src='https://{host}{path}#x'>"),
        door("with dots in the path", "<img src='https://{host}/a/..{path}'>"),
    ],
}];
