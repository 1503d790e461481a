//! What tells a browser to fetch, connect or look up ahead of need, and what tells a host that a link was followed.

use super::{Declared, Kind, Place, Sign, door};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "hints and pings",
        place: Place::Markup,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            door("preload as image", "<link rel=preload as=image href='{url}'>"),
            door("preload as script", "<link rel=preload as=script href='{url}'>"),
            door("preload as style", "<link rel=preload as=style href='{url}'>"),
            door("preload as font", "<link rel=preload as=font crossorigin href='{url}'>"),
            door("preload as fetch", "<link rel=preload as=fetch crossorigin href='{url}'>"),
            door("preload[imagesrcset]", "<link rel=preload as=image imagesrcset='{url} 1x'>"),
            door("prefetch", "<link rel=prefetch href='{url}'>"),
            door("modulepreload", "<link rel=modulepreload href='{url}'>"),
            door("PRELOAD in upper case, among others", "<LINK REL='a PRELOAD' AS=image HREF='{url}'>"),
            door(
                "a[ping], followed",
                "<a id=a-{id} href='#a' ping='{url}'>a</a><script>document.getElementById('a-{id}').click()</script>",
            ),
            door(
                "area[ping], followed",
                "<map name=m><area id=a-{id} href='#a' ping='/ {url}'></map><script>document.getElementById('a-{id}').click()</script>",
            ),
        ],
    },
    Kind {
        name: "hints and pings",
        place: Place::Markup,
        sign: Sign::LookUp,
        declared: Declared::Nothing,
        doors: &[
            door("preconnect", "<link rel=preconnect href='https://{host}'>"),
            door("dns-prefetch", "<link rel=dns-prefetch href='//{host}'>"),
            door(
                "preconnect in a script",
                "<script>document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: 'https://{host}' }))</script>",
            ),
            door(
                "dns-prefetch in a script",
                "<script>document.head.append(Object.assign(document.createElement('link'), { rel: 'dns-prefetch', href: '//{host}' }))</script>",
            ),
        ],
    },
    Kind {
        name: "hints and pings",
        place: Place::Apart,
        sign: Sign::LookUp,
        declared: Declared::Nothing,
        doors: &[
            door(
                "speculation rules",
                "<script type=speculationrules>{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"https://{host}/\"]}]}</script>",
            ),
            door(
                "speculation rules in a script",
                "<script>document.head.append(Object.assign(document.createElement('script'), { type: 'speculationrules', textContent: '{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"https://{host}/\"]}]}' }))</script>",
            ),
            door("fetchLater", "<script>fetchLater('https://{host}/', { activateAfter: 0 })</script>"),
        ],
    },
];
