//! What scripts keep in the browser.

use super::{Declared, Door, Kind, Place, Sign, door, through};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "cookies by scripts",
        place: Place::Script,
        sign: Sign::Cookie,
        declared: Declared::Cookie,
        doors: &[
            door("document.cookie", "document.cookie = '{key}=1; path=/'"),
            door("with a domain", "document.cookie = '{key}=1; domain=calminteraction.example; path=/; max-age=999'"),
            door("with spaces", "document.cookie = '  {key} = 1 ; path=/'"),
            door(
                "through the prototype",
                "Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, '{key}=1; path=/')",
            ),
            door("cookieStore.set", "await cookieStore.set('{key}', '1')"),
            door("cookieStore.set, as an object", "await cookieStore.set({ name: '{key}', value: '1', path: '/' })"),
            door("in eval", "eval(\"document.cookie = '{key}=1; path=/'\")"),
            door(
                "in an empty frame",
                "document.body.appendChild(document.createElement('iframe')).contentDocument.cookie = '{key}=1; path=/'",
            ),
            door(
                "in srcdoc",
                "document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: \"<script>document.cookie = '{key}=1; path=/'<\\/script>\" }))",
            ),
            door(
                "with another document's setter",
                "const w = document.body.appendChild(document.createElement('iframe')).contentWindow; Object.getOwnPropertyDescriptor(w.Document.prototype, 'cookie').set.call(document, '{key}=1; path=/')",
            ),
        ],
    },
    Kind {
        name: "cookies by scripts",
        place: Place::Markup,
        sign: Sign::Cookie,
        declared: Declared::Cookie,
        doors: &[
            Door {
                name: "by a script of an allowed host",
                text: "<script src='https://assets.fastedge.example/{id}.js'></script>",
                file: None,
                elsewhere: Some("document.cookie = '{key}=1; path=/'"),
            },
            through(
                "by a file of the site",
                "<script src='{file}'></script>",
                "js",
                "document.cookie = '{key}=1; path=/'",
            ),
            through(
                "by a page of the site",
                "<iframe src='{file}'></iframe>",
                "html",
                "<script>document.cookie = '{key}=1; path=/'</script>",
            ),
            door("by a handler", "<img src=data:, onerror=\"document.cookie = '{key}=1; path=/'\">"),
            door(
                "by meta",
                "<meta http-equiv=Set-Cookie content='{key}=1'><script>document.cookie = '{key}=1;path=/;samesite=lax'</script>",
            ),
        ],
    },
    Kind {
        name: "localStorage",
        place: Place::Script,
        sign: Sign::Local,
        declared: Declared::Local,
        doors: &[
            door("setItem", "localStorage.setItem('{key}', 1)"),
            door("a property", "localStorage['{key}'] = 1"),
            door("through the prototype", "Storage.prototype.setItem.call(localStorage, '{key}', 1)"),
            door("defineProperty", "Object.defineProperty(localStorage, '{key}', { value: '1' })"),
            door("Reflect.set", "Reflect.set(localStorage, '{key}', '1')"),
            door("Object.assign", "Object.assign(localStorage, { '{key}': '1' })"),
            door(
                "in an empty frame",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.localStorage.setItem('{key}', 1)",
            ),
            door(
                "in srcdoc",
                "document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: \"<script>localStorage.setItem('{key}', 1)<\\/script>\" }))",
            ),
            door("in eval", "eval(\"localStorage.setItem('{key}', 1)\")"),
        ],
    },
    Kind {
        name: "sessionStorage",
        place: Place::Script,
        sign: Sign::Session,
        declared: Declared::Nothing,
        doors: &[
            door("setItem", "sessionStorage.setItem('{key}', 1)"),
            door("a property", "sessionStorage.{key} = 1"),
            door("through the prototype", "Storage.prototype.setItem.call(sessionStorage, '{key}', 1)"),
            door(
                "in an empty frame",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.sessionStorage.setItem('{key}', 1)",
            ),
        ],
    },
    Kind {
        name: "databases and caches",
        place: Place::Script,
        sign: Sign::Database,
        declared: Declared::Nothing,
        doors: &[
            door("indexedDB.open", "indexedDB.open('{key}')"),
            door("through the prototype", "IDBFactory.prototype.open.call(indexedDB, '{key}')"),
            door(
                "in an empty frame",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.indexedDB.open('{key}')",
            ),
            door("in a worker", "new Worker(URL.createObjectURL(new Blob([\"indexedDB.open('{key}')\"])))"),
        ],
    },
    Kind {
        name: "databases and caches",
        place: Place::Script,
        sign: Sign::Cache,
        declared: Declared::Nothing,
        doors: &[door("caches.open", "await caches.open('{key}')")],
    },
];
