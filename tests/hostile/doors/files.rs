//! What leaves by way of another file of the site.

use super::{Declared, Kind, Place, Sign, redirect, through};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "redirects of the site",
        place: Place::Markup,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            redirect("of an img", "<img src='{file}'>", "gif"),
            redirect("of a style sheet", "<link rel=stylesheet href='{file}'>", "css"),
            redirect("of a script", "<script src='{file}'></script>", "js"),
            redirect("of a frame", "<iframe src='{file}'></iframe>", "html"),
            redirect("of a fetch", "<script>fetch('{file}', { mode: 'no-cors' })</script>", "txt"),
            redirect("of a video", "<video preload=auto src='{file}'></video>", "txt"),
        ],
    },
    Kind {
        name: "other files of the site",
        place: Place::Markup,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            through("a page in a frame", "<iframe src='{file}'></iframe>", "html", "<img src='{url}'>"),
            through(
                "a page with a base",
                "<iframe src='{file}'></iframe>",
                "html",
                "<base href='https://{host}/'><img src='.{path}'>",
            ),
            through(
                "a page with a late base",
                "<iframe src='{file}'></iframe>",
                "html",
                "<template><base href=/></template><base href='//{host}'><img src='.{path}'>",
            ),
            through("a style sheet", "<link rel=stylesheet href='{file}'>", "css", "@import '{url}';"),
            through(
                "a style sheet's font",
                "<link rel=stylesheet href='{file}'><p style='font-family: g-{id}'>a",
                "css",
                "@font-face { font-family: g-{id}; src: url({url}) }",
            ),
            through(
                "a picture with scripts",
                "<iframe src='{file}'></iframe>",
                "svg",
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}' width='1' height='1'/></svg>",
            ),
            through(
                "a picture as an object",
                "<object type=image/svg+xml data='{file}'></object>",
                "svg",
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}' width='1' height='1'/></svg>",
            ),
            through(
                "a page in XHTML",
                "<iframe src='{file}'></iframe>",
                "xhtml",
                "<html xmlns='http://www.w3.org/1999/xhtml'><body><img src='{url}'/></body></html>",
            ),
            through(
                "a page in XML",
                "<iframe src='{file}'></iframe>",
                "xml",
                "<r><i xmlns='http://www.w3.org/1999/xhtml'><img src='{url}'/></i></r>",
            ),
            through("a script", "<script src='{file}'></script>", "js", "new Image().src = '{url}';"),
            through("a module", "<script type=module src='{file}'></script>", "js", "fetch('{url}');"),
            through("a worker", "<script>new Worker('{file}')</script>", "js", "fetch('{url}');"),
            through("a worker's import", "<script>new Worker('{file}')</script>", "js", "importScripts('{url}');"),
            through(
                "a module worker",
                "<script>new Worker('{file}', { type: 'module' })</script>",
                "js",
                "fetch('{url}');",
            ),
            through("a shared worker", "<script>new SharedWorker('{file}')</script>", "js", "fetch('{url}');"),
            through(
                "a service worker",
                "<script>navigator.serviceWorker.register('{file}', { scope: '{file}/' })</script>",
                "js",
                "self.oninstall = (event) => event.waitUntil(fetch('{url}'));",
            ),
        ],
    },
];
