//! What the head of a response makes a browser do.

use super::{Declared, File, Kind, Place, Sign, door, head, with};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "headers",
        place: Place::Markup,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            head("Link: preload", "Link: <{url}>; rel=preload; as=image", ""),
            head(
                "Link: preload, second in the list",
                "Link: </style.css>; rel=preload; as=style, <{url}>;as=image;rel=\"x preload\"",
                "",
            ),
            head("Link: modulepreload", "Link: <{url}>; rel=modulepreload", ""),
            head("Link: prefetch", "Link: <{url}>; rel=prefetch", ""),
            head(
                "Link: preload, with an anchor",
                "Link: <{path}>; rel=preload; as=image; anchor=\"/\", <//{host}{path}>; rel=preload; as=image",
                "",
            ),
            head("Refresh", "Refresh: 0;url={url}", ""),
            head("Refresh in odd form", "Refresh: 0 , '{url}'", ""),
            head("report-uri", "Content-Security-Policy: img-src 'none'; report-uri {url}", "<img src=/a.gif>"),
            head(
                "report-uri, report only",
                "Content-Security-Policy-Report-Only: img-src 'none'; report-uri {url}",
                "<img src=/a.gif>",
            ),
            head(
                "Reporting-Endpoints",
                "Reporting-Endpoints: e=\"{url}\"\nContent-Security-Policy-Report-Only: img-src 'none'; report-to e",
                "<img src=/a.gif>",
            ),
        ],
    },
    Kind {
        name: "headers",
        place: Place::Markup,
        sign: Sign::LookUp,
        declared: Declared::Nothing,
        doors: &[
            head("Link: preconnect", "Link: <https://{host}>; rel=preconnect", ""),
            head("Link: dns-prefetch", "Link: <https://{host}>; rel=dns-prefetch", ""),
        ],
    },
    Kind {
        name: "headers",
        place: Place::Head,
        sign: Sign::LookUp,
        declared: Declared::Nothing,
        doors: &[
            door("Speculation-Rules", "Speculation-Rules: \"https://{host}/\""),
            door("Link: preconnect, of the page", "Link: <https://{host}>; rel=preconnect"),
        ],
    },
    Kind {
        name: "Set-Cookie",
        place: Place::Markup,
        sign: Sign::Cookie,
        declared: Declared::Cookie,
        doors: &[
            head("on a page", "Set-Cookie: {key}=1; Path=/", ""),
            head(
                "on a page, HttpOnly, with a domain",
                "Set-Cookie: {key}=1; Domain=calminteraction.example; Path=/; HttpOnly; Secure",
                "",
            ),
            head("partitioned", "Set-Cookie: {key}=1; Path=/; Secure; SameSite=None; Partitioned", ""),
            with("on a picture", "<img src='{file}'>", set_cookie("gif", None)),
            with("on a redirect", "<img src='{file}'>", set_cookie("gif", Some("/style.css"))),
            with("on the answer to a script", "<script>fetch('{file}')</script>", set_cookie("json", None)),
        ],
    },
];

const fn set_cookie(ending: &'static str, location: Option<&'static str>) -> File {
    File { ending, header: Some("Set-Cookie: {key}=1; Path=/"), location, body: "{}" }
}
