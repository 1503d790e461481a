//! What a page holds for browsers without scripts.

use super::{Declared, Kind, Place, Sign, door};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "within noscript",
        place: Place::NoScript,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            door("img[src]", "<img src='{url}'>"),
            door("img[srcset]", "<img srcset='{url} 1x'>"),
            door("input[type=image]", "<input type=image alt=a src='{url}'>"),
            door("video[poster]", "<video poster='{url}'></video>"),
            door("style=", "<p style='background: url({url})'>a</p>"),
            door("style", "<style>@import '{url}';</style>"),
            door("link[rel=stylesheet]", "<link rel=stylesheet href='{url}'>"),
            door("svg image", "<svg><image href='{url}' width=1 height=1 /></svg>"),
            door("noscript in noscript", "</noscript><noscript><img src='{url}'>"),
        ],
    },
    Kind {
        name: "within noscript",
        place: Place::NoScript,
        sign: Sign::Request,
        declared: Declared::Frame,
        doors: &[
            door("iframe[src]", "<iframe src='{url}'></iframe>"),
            door("iframe, hidden", "<iframe hidden src='{url}'></iframe>"),
            door("iframe[srcdoc]", "<iframe srcdoc=\"<noscript><iframe src='{url}'></iframe></noscript>\"></iframe>"),
            door(
                "meta refresh in a frame",
                "<iframe srcdoc=\"<meta http-equiv=refresh content='0;url={url}'>\"></iframe>",
            ),
            door("object[data]", "<object type=text/html data='{url}'></object>"),
        ],
    },
];
