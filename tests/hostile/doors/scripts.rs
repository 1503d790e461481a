//! What scripts of the page itself do.

use super::{Declared, Kind, Place, Sign, door};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "requests by scripts",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            door("fetch", "fetch('{url}')"),
            door("fetch, no-cors", "fetch('{url}', { mode: 'no-cors' })"),
            door("fetch, keepalive", "fetch('{url}', { method: 'POST', body: 'a', keepalive: true, mode: 'no-cors' })"),
            door("fetch of a Request", "fetch(new Request('{url}', { mode: 'no-cors' }))"),
            door("XMLHttpRequest", "const x = new XMLHttpRequest(); x.open('GET', '{url}'); x.send()"),
            door("sendBeacon", "navigator.sendBeacon('{url}', 'a')"),
            door("EventSource", "new EventSource('{url}')"),
            door("new Image", "new Image().src = '{url}'"),
            door("new Image, srcset", "new Image().srcset = '{url} 1x'"),
            door("new Audio", "new Audio('{url}').preload = 'auto'"),
            door("FontFace", "await new FontFace('h', 'url({url})').load()"),
            door(
                "an image of SVG",
                "const i = document.createElementNS('http://www.w3.org/2000/svg', 'image'); i.setAttribute('href', '{url}'); document.body.append(document.createElementNS('http://www.w3.org/2000/svg', 'svg')); document.body.lastChild.append(i)",
            ),
            door("in eval", "eval(\"new Image().src = '{url}'\")"),
            door("in a timer's text", "setTimeout(\"fetch('{url}')\")"),
            door(
                "in a handler",
                "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"new Image().src='{url}'\">`)",
            ),
        ],
    },
    Kind {
        name: "requests by scripts",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Nothing,
        doors: &[door("WebSocket", "new WebSocket('wss://{host}{path}')")],
    },
    Kind {
        name: "requests by scripts",
        place: Place::Script,
        sign: Sign::LookUp,
        declared: Declared::Nothing,
        doors: &[door("WebTransport", "new WebTransport('https://{host}/')")],
    },
    Kind {
        name: "scripts that scripts load",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Script,
        doors: &[
            door(
                "createElement",
                "const s = document.createElement('script'); s.src = '{url}'; document.head.append(s)",
            ),
            door(
                "setAttribute",
                "const s = document.createElement('script'); s.setAttribute('src', '{url}'); document.head.appendChild(s)",
            ),
            door(
                "setAttributeNS",
                "const s = document.createElement('script'); s.setAttributeNS(null, 'src', '{url}'); document.head.appendChild(s)",
            ),
            door(
                "setAttributeNode",
                "const s = document.createElement('script'), a = document.createAttribute('src'); a.value = '{url}'; s.setAttributeNode(a); document.head.prepend(s)",
            ),
            door(
                "after it was inserted",
                "const s = document.head.appendChild(document.createElement('script')); s.src = '{url}'",
            ),
            door("document.write", "document.write('<script src=\"{url}\"><\\/script>')"),
            door("import()", "await import('{url}')"),
            door(
                "Range.createContextualFragment",
                "document.head.append(document.createRange().createContextualFragment('<script src=\"{url}\"><\\/script>'))",
            ),
            door(
                "a module in a blob:",
                "await import(URL.createObjectURL(new Blob([\"import '{url}'\"], { type: 'text/javascript' })))",
            ),
            door("a worker in a blob:", "new Worker(URL.createObjectURL(new Blob([\"importScripts('{url}')\"])))"),
            door("a worker's request", "new Worker(URL.createObjectURL(new Blob([\"fetch('{url}')\"])))"),
            door("a worker in a data:", "new Worker(\"data:text/javascript,fetch('{url}')\")"),
            door("a shared worker in a blob:", "new SharedWorker(URL.createObjectURL(new Blob([\"fetch('{url}')\"])))"),
            door("audio worklet", "await new AudioContext().audioWorklet.addModule('{url}')"),
            door("paint worklet", "await CSS.paintWorklet.addModule('{url}')"),
            door(
                "import map",
                "document.head.append(Object.assign(document.createElement('script'), { type: 'importmap', textContent: '{\"imports\":{\"m-{id}\":\"{url}\"}}' })); await import('m-{id}')",
            ),
        ],
    },
    Kind {
        name: "elements that scripts insert",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            door(
                "innerHTML",
                "document.body.appendChild(document.createElement('div')).innerHTML = '<img src=\"{url}\">'",
            ),
            door(
                "outerHTML",
                "document.body.appendChild(document.createElement('div')).outerHTML = '<img src=\"{url}\">'",
            ),
            door("insertAdjacentHTML", "document.body.insertAdjacentHTML('beforeend', '<img src=\"{url}\">')"),
            door(
                "setHTMLUnsafe",
                "document.body.appendChild(document.createElement('div')).setHTMLUnsafe('<img src=\"{url}\">')",
            ),
            door("document.write", "document.write('<img src=\"{url}\">')"),
            door(
                "setAttribute",
                "const i = document.createElement('img'); i.setAttribute('src', '{url}'); document.body.append(i)",
            ),
            door(
                "DOMParser",
                "document.body.append(...new DOMParser().parseFromString('<img src=\"{url}\">', 'text/html').body.childNodes)",
            ),
            door(
                "a cloned template",
                "const t = document.createElement('template'); t.innerHTML = '<img src=\"{url}\">'; document.body.append(t.content.cloneNode(true))",
            ),
            door(
                "a shadow root",
                "document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' }).innerHTML = '<img src=\"{url}\">'",
            ),
            door(
                "a custom element",
                "customElements.define('x-{id}', class extends HTMLElement { connectedCallback() { this.innerHTML = '<img src=\"{url}\">' } }); document.body.append(document.createElement('x-{id}'))",
            ),
            door(
                "a late data-src",
                "document.body.insertAdjacentHTML('beforeend', '<img data-src=\"{url}\" id=l-{id}>'); const l = document.getElementById('l-{id}'); l.src = l.dataset.src",
            ),
            door(
                "link stylesheet",
                "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '{url}' }))",
            ),
            door(
                "link preload",
                "document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'image', href: '{url}' }))",
            ),
            door(
                "link prefetch",
                "document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: '{url}' }))",
            ),
            door(
                "style",
                "document.head.append(Object.assign(document.createElement('style'), { textContent: '@import \"{url}\";' }))",
            ),
            door(
                "insertRule",
                "const s = document.head.appendChild(document.createElement('style')); s.sheet.insertRule('body { border-image: url({url}) 1 }')",
            ),
            door(
                "adoptedStyleSheets",
                "const s = new CSSStyleSheet(); s.replaceSync('body { list-style-image: url({url}) } body::after { content: url({url}) }'); document.adoptedStyleSheets.push(s)",
            ),
            door(
                "element.style",
                "document.body.appendChild(document.createElement('p')).style.backgroundImage = 'url({url})'",
            ),
            door(
                "style.setProperty",
                "document.body.appendChild(document.createElement('p')).style.setProperty('background', 'url({url})')",
            ),
            door(
                "video",
                "document.body.append(Object.assign(document.createElement('video'), { preload: 'auto', src: '{url}' }))",
            ),
            door(
                "a[ping]",
                "const a = Object.assign(document.createElement('a'), { href: '#a', ping: '{url}' }); document.body.append(a); a.click()",
            ),
        ],
    },
    Kind {
        name: "frames that scripts insert",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Frame,
        doors: &[
            door(
                "createElement",
                "document.body.append(Object.assign(document.createElement('iframe'), { src: '{url}' }))",
            ),
            door(
                "innerHTML",
                "document.body.appendChild(document.createElement('div')).innerHTML = '<iframe src=\"{url}\"></iframe>'",
            ),
            door(
                "a frame's location",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.location = '{url}'",
            ),
            door(
                "object",
                "document.body.append(Object.assign(document.createElement('object'), { type: 'text/html', data: '{url}' }))",
            ),
            door(
                "embed",
                "document.body.append(Object.assign(document.createElement('embed'), { type: 'text/html', src: '{url}' }))",
            ),
            door(
                "a form into a frame",
                "document.body.insertAdjacentHTML('beforeend', '<iframe name=t-{id}></iframe><form id=f-{id} method=post target=t-{id} action=\"{url}\"></form>'); document.getElementById('f-{id}').submit()",
            ),
            door(
                "a link into a frame",
                "document.body.insertAdjacentHTML('beforeend', '<iframe name=t-{id}></iframe><a id=l-{id} target=t-{id} href=\"{url}\">a</a>'); document.getElementById('l-{id}').click()",
            ),
        ],
    },
    Kind {
        name: "pages that scripts make",
        place: Place::Script,
        sign: Sign::Request,
        declared: Declared::Pixel,
        doors: &[
            door(
                "srcdoc",
                "document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<img src=\"{url}\">' }))",
            ),
            door(
                "an empty frame's fetch",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.fetch('{url}')",
            ),
            door(
                "an empty frame's Image",
                "new (document.body.appendChild(document.createElement('iframe')).contentWindow.Image)().src = '{url}'",
            ),
            door(
                "an empty frame's sendBeacon",
                "document.body.appendChild(document.createElement('iframe')).contentWindow.navigator.sendBeacon('{url}')",
            ),
            door(
                "an empty frame's document.write",
                "const d = document.body.appendChild(document.createElement('iframe')).contentDocument; d.write('<img src=\"{url}\">'); d.close()",
            ),
            door(
                "a blob: page",
                "document.body.append(Object.assign(document.createElement('iframe'), { src: URL.createObjectURL(new Blob(['<img src=\"{url}\">'], { type: 'text/html' })) }))",
            ),
            door(
                "a data: page",
                "document.body.append(Object.assign(document.createElement('iframe'), { src: 'data:text/html,<img src=\"{url}\">' }))",
            ),
            door(
                "a javascript: page",
                "document.body.append(Object.assign(document.createElement('iframe'), { src: 'javascript:\"<img src={url}>\"' }))",
            ),
        ],
    },
];
