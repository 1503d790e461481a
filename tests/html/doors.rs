//! Every door: shut when denied, and untouched when allowed.

use super::{accepted, denied, refused, rewrite, stays};

/// The pixel of the policy, which analytics covers.
const PIXEL: &str = "https://px.lumen.example/v.gif";

/// A page with `@` for an address, and the attribute that loads it.
const DOORS: &[(&str, &str)] = &[
    ("<script src=@></script>", "src"),
    ("<script type=module src=@></script>", "src"),
    ("<svg><script href=@></script></svg>", "href"),
    ("<svg><script xlink:href=@></script></svg>", "xlink:href"),
    ("<img src=@>", "src"),
    ("<image src=@>", "src"),
    ("<img srcset='@ 2x'>", "srcset"),
    ("<img srcset='https://cdn.example/a 1x,@ 2x'>", "srcset"),
    ("<img alt=a data-src=@>", "data-src"),
    ("<img data-srcset='a 1x, @ 2x'>", "data-srcset"),
    ("<img data-lazy=@>", "data-lazy"),
    ("<img data-lazy-src=@>", "data-lazy-src"),
    ("<img data-original=@>", "data-original"),
    ("<div data-bg='url(@)'></div>", "data-bg"),
    ("<div data-background-image=@></div>", "data-background-image"),
    ("<iframe data-src=@></iframe>", "data-src"),
    ("<img data-cfsrc=@>", "data-cfsrc"),
    ("<img data-flickity-lazyload=@>", "data-flickity-lazyload"),
    ("<img data-ll-srcset='a 1x, @ 2x'>", "data-ll-srcset"),
    ("<img data-src-retina=@>", "data-src-retina"),
    ("<video data-poster=@></video>", "data-poster"),
    ("<script type=litespeed/javascript data-src=@></script>", "data-src"),
    ("<script data-rocket-src=@></script>", "data-rocket-src"),
    ("<link data-href=@>", "data-href"),
    ("<div data-iframe-src=@></div>", "data-iframe-src"),
    ("<picture><source srcset='@'><img></picture>", "srcset"),
    ("<video src=@></video>", "src"),
    ("<video poster=@></video>", "poster"),
    ("<video><source src=@></video>", "src"),
    ("<video><track src=@></video>", "src"),
    ("<audio src=@></audio>", "src"),
    ("<embed src=@>", "src"),
    ("<object data=@></object>", "data"),
    ("<input type=image src=@>", "src"),
    ("<iframe src=@ hidden></iframe>", "src"),
    ("<frameset><frame src=@></frameset>", "src"),
    ("<portal src=@></portal>", "src"),
    ("<fencedframe src=@></fencedframe>", "src"),
    ("<model src=@></model>", "src"),
    ("<math><mglyph src=@></math>", "src"),
    ("<math><mi style='background:url()' background=@></math>", "background"),
    ("<template><img src=@></template>", "src"),
    ("<template><template><script src=@></script></template></template>", "src"),
    ("<div><template shadowrootmode=open><img src=@></template></div>", "src"),
    ("<link rel=stylesheet href=@>", "href"),
    ("<link rel='alternate stylesheet' href=@>", "href"),
    ("<link rel=preload as=image href=@>", "href"),
    ("<link rel=preload as=image imagesrcset='@ 2x'>", "imagesrcset"),
    ("<link rel=modulepreload href=@>", "href"),
    ("<link rel=prefetch href=@>", "href"),
    ("<link rel=prerender href=@>", "href"),
    ("<link rel=next href=@>", "href"),
    ("<link rel=PreConnect href=@>", "href"),
    ("<link rel=dns-prefetch href=@>", "href"),
    ("<link rel='shortcut icon' href=@>", "href"),
    ("<link rel='canonical nofollow stylesheet' href=@>", "href"),
    ("<link rel='dns-prefetch preconnect' href=@>", "href"),
    ("<link rel=monetization href=@>", "href"),
    ("<link rel=manifest href=@>", "href"),
    ("<a href=/x ping=@>x</a>", "ping"),
    ("<a href=/x ping='/own @'>x</a>", "ping"),
    ("<map><area href=/x ping=@></map>", "ping"),
    ("<a href=/x attributionsrc=@>x</a>", "attributionsrc"),
    ("<meta http-equiv=refresh content='0;url=@'>", "content"),
    ("<meta http-equiv=Refresh content='0; @'>", "content"),
    ("<body background=@>", "background"),
    ("<table><tr><td background=@></table>", "background"),
    ("<svg><image href=@ /></svg>", "href"),
    ("<svg><image xlink:href=@ /></svg>", "xlink:href"),
    ("<svg><use href='@#a'/></svg>", "href"),
    ("<svg><use xlink:href='@#a'/></svg>", "xlink:href"),
    ("<svg><linearGradient href='@#a'/></svg>", "href"),
    ("<svg><pattern xlink:href='@#a'/></svg>", "xlink:href"),
    ("<svg><text><textPath href='@#a'/></text></svg>", "href"),
    ("<svg><filter><feImage href=@ /></filter></svg>", "href"),
    ("<svg><image><set attributeName=href to=@ /></image></svg>", "to"),
    ("<svg><image><animate attributeName=xlink:href values='/a;@' /></image></svg>", "values"),
];

/// Doors whose address alone is replaced.
const STYLES: &[(&str, &str)] = &[
    ("<p style='color:red;background:url(@)'>", "color:red;background:url(about:invalid)"),
    ("<p style='background:u\\72l(\"@\")'>", "background:u\\72l(&quot;about:invalid&quot;)"),
    ("<svg><path fill='url(@#a)'/></svg>", "url(about:invalid)"),
    ("<svg><g filter='url(@#a)'></g></svg>", "url(about:invalid)"),
    ("<style>@import '@';p{color:red}</style>", "<style>@import \"about:invalid\";p{color:red}</style>"),
    ("<style>p{background:url(@)}</style>", "<style>p{background:url(about:invalid)}</style>"),
    ("<style>p{background:url(@", "<style>p{background:url(about:invalid)"),
    ("<svg><style>p{background:url(@)}</style></svg>", "<svg><style>p{background:url(about:invalid)}</style></svg>"),
    ("<svg><style>@imp<!-- -->ort '@';</style></svg>", "<svg><style></style></svg>"),
    ("<svg><style><![CDATA[@import '@';]]></style></svg>", "<svg><style></style></svg>"),
    ("<svg><style>@import &#39;@';</style></svg>", "<svg><style></style></svg>"),
];

fn with(page: &str, address: &str) -> String {
    // `@import` keeps its sign.
    page.replace("@imp", "\0imp").replace('@', address).replace('\0', "@")
}

#[test]
fn a_denied_address_loses_its_door() {
    for (page, attribute) in DOORS {
        denied(&with(page, PIXEL), attribute);
        denied(&with(page, "https://undeclared.example/x"), attribute);
        denied(&with(page, "//undeclared.example/x"), attribute);
    }
}

#[test]
fn an_allowed_address_leaves_the_page_as_it_is() {
    for (page, _) in DOORS.iter().chain(STYLES) {
        for address in ["/own/v.gif", "v.gif", "https://calminteraction.example/v.gif", "https://cdn.example/v.gif"] {
            stays(&with(page, address));
        }
        let page = with(page, PIXEL);
        assert_eq!(rewrite(&accepted(), &page), page);
    }
}

#[test]
fn every_door_is_watched_within_noscript_and_srcdoc() {
    for (page, attribute) in DOORS.iter().filter(|(page, _)| !page.contains("frameset")) {
        let page = with(page, PIXEL);
        denied(&format!("<noscript>{page}</noscript><p>"), attribute);
        let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
        let out = rewrite(&refused(), &format!("<iframe srcdoc=\"{quoted}\"></iframe>"));
        assert!(out.contains(&format!(" data-consent-{attribute}=&quot;")), "{out}");
    }
}

#[test]
fn a_connection_is_to_an_origin() {
    for page in
        ["<link rel=preconnect href=https://px.lumen.example>", "<link rel=DNS-Prefetch href='//px.lumen.example/x'>"]
    {
        denied(page, "href");
        assert_eq!(rewrite(&accepted(), page), page);
    }
    stays("<link rel=preconnect href=https://cdn.example>");
    stays("<link rel=preconnect href=/>");
    let both = "<link rel='preconnect prefetch' href=https://px.lumen.example>";
    assert!(rewrite(&accepted(), both).contains("data-consent-denied=\"undeclared\""));
}

#[test]
fn a_style_loses_the_denied_address_alone() {
    for (page, expected) in STYLES {
        let out = rewrite(&refused(), &with(page, PIXEL));
        assert!(out.contains(expected), "{page} became {out}");
    }
}

#[test]
fn what_loads_nothing_stays() {
    for page in [
        "<a href=https://undeclared.example/>a link</a>",
        "<form action=https://undeclared.example/></form>",
        "<form><button formaction=https://undeclared.example/>send</button></form>",
        "<svg><a href=https://undeclared.example/>a link</a></svg>",
        "<math><mi href=https://undeclared.example/>x</mi></math>",
        "<img data-consent-src=https://undeclared.example/>",
        "<link rel=canonical href=https://undeclared.example/>",
        "<link rel=prev href=https://undeclared.example/>",
        "<link rel='alternate' hreflang=de href=https://undeclared.example/>",
        "<meta property=og:image content=https://undeclared.example/x.png>",
        "<meta http-equiv=refresh content=30>",
        "<img src>",
        "<img src=''>",
        "<img src='data:image/png;base64,AAAA'>",
        "<iframe src=about:blank></iframe>",
        "<iframe src='javascript:0'></iframe>",
        "<img src=blob:https://calminteraction.example/1>",
        "<blockquote cite=https://undeclared.example/></blockquote>",
        "<textarea><img src=https://undeclared.example/></textarea>",
        "<!-- <img src=https://undeclared.example/> -->",
        "<svg><path fill=none stroke='url(#a)'/></svg>",
        "<style>p{color:red}</style><noscript><p>no script</p></noscript>",
    ] {
        stays(page);
    }
}

#[test]
fn the_denied_attribute_keeps_its_value_and_names_the_reason() {
    let out = rewrite(&refused(), "<img alt=\"a\" src='https://px.lumen.example/v.gif?a=1&amp;b=\"'>");
    assert_eq!(
        out,
        "<img alt=\"a\" data-consent-src=\"https://px.lumen.example/v.gif?a=1&amp;b=&quot;\" data-consent-denied=\"refused\">"
    );
}

#[test]
fn a_document_in_a_data_address_is_undeclared() {
    denied("<iframe hidden src='data:text/html,x'></iframe>", "src");
    denied("<object data='data:image/svg+xml,<svg/>'></object>", "data");
    denied("<embed src='data:application/xhtml+xml,x'>", "src");
    denied("<link rel=stylesheet href='data:text/css,@import \"//px.example\"'>", "href");
    let out = rewrite(&refused(), "<style>@import 'data:text/css,x'</style>");
    assert_eq!(out, "<style>@import \"about:invalid\"</style>");
}
