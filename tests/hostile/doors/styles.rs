//! Style sheets, style elements and style attributes.

use super::{Declared, Kind, Place, Sign, door};

pub(super) const KINDS: &[Kind] = &[Kind {
    name: "styles",
    place: Place::Markup,
    sign: Sign::Request,
    declared: Declared::Pixel,
    doors: &[
        door("link[rel=stylesheet]", "<link rel=stylesheet href='{url}'>"),
        door("link[rel=alternate stylesheet]", "<link rel='alternate stylesheet' title=a href='{url}'>"),
        door("link[rel=stylesheet] for print", "<link rel=stylesheet media=print href='{url}'>"),
        door("@import", "<style>@import '{url}';</style>"),
        door("@import url()", "<style>@import url({url}) screen;</style>"),
        door("@import in escapes", "<style>@\\69mport '{url}';</style>"),
        door("background", "<style>#b-{id} { background: url('{url}') }</style><p id=b-{id}>a</p>"),
        door("background without quotes", "<style>#b-{id} { background: url( {url} ) }</style><p id=b-{id}>a</p>"),
        door("background in escapes", "<style>#b-{id} { background: \\75rl('{url}') }</style><p id=b-{id}>a</p>"),
        door("image-set()", "<style>#b-{id} { background: image-set('{url}' 1x) }</style><p id=b-{id}>a</p>"),
        door(
            "-webkit-image-set()",
            "<style>#b-{id} { background: -webkit-image-set(url({url}) 1x) }</style><p id=b-{id}>a</p>",
        ),
        door(
            "cross-fade()",
            "<style>#b-{id} { background: -webkit-cross-fade(url({url}), url({url}), 50%) }</style><p id=b-{id}>a</p>",
        ),
        door("list-style-image", "<style>#b-{id} { list-style-image: url({url}) }</style><ul><li id=b-{id}>a</ul>"),
        door("content", "<style>#b-{id}::before { content: url({url}) }</style><p id=b-{id}>a</p>"),
        door(
            "border-image",
            "<style>#b-{id} { border: 1px solid; border-image: url({url}) 1 }</style><p id=b-{id}>a</p>",
        ),
        door("mask-image", "<style>#b-{id} { mask-image: url({url}) }</style><p id=b-{id}>a</p>"),
        door("shape-outside", "<style>#b-{id} { float: left; shape-outside: url({url}) }</style><p id=b-{id}>a</p>"),
        door("cursor", "<style>#b-{id} { cursor: url({url}), auto }</style><p id=b-{id}>a</p>"),
        door("a custom property", "<style>#b-{id} { --u: url({url}); background: var(--u) }</style><p id=b-{id}>a</p>"),
        door("in @media", "<style>@media all { #b-{id} { background: url({url}) } }</style><p id=b-{id}>a</p>"),
        door("nested", "<style>body { & #b-{id} { background: url({url}) } }</style><p id=b-{id}>a</p>"),
        door(
            "@font-face",
            "<style>@font-face { font-family: f-{id}; src: url({url}) } #b-{id} { font-family: f-{id} }</style><p id=b-{id}>a</p>",
        ),
        door("style=", "<p style=\"background: url('{url}')\">a</p>"),
        door("style= in entities", "<p style='background: &#117;rl(&quot;{url}&quot;)'>a</p>"),
        door("style= with image-set()", "<p style=\"background: image-set('{url}' 1x)\">a</p>"),
        door("style= with a custom property", "<p style=\"--u: url({url}); background: var(--u)\">a</p>"),
        door("svg style", "<svg><style>@import '{url}';</style></svg>"),
        door("svg style in CDATA", "<svg><style><![CDATA[@import '{url}';]]></style></svg>"),
        door("svg mask=", "<svg><rect width=9 height=9 mask='url({url}#m)'/></svg>"),
        door("data: style sheet", "<link rel=stylesheet href=\"data:text/css,@import '{url}';\">"),
        door("@import of a data: style sheet", "<style>@import \"data:text/css,@import '{url}';\";</style>"),
        door(
            "style in a shadow root",
            "<div><template shadowrootmode=open><style>p { background: url({url}) }</style><p>a</template></div>",
        ),
    ],
}];
