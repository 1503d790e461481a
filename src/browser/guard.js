// The guard: holds the scripts of a page to the manifest of the visitor's consent. Best effort; see the module `browser`.
//
// It stands before any other script, reads the manifest from the page, and puts itself between scripts and whatever
// stores, reads or loads. What is denied fails as the platform fails: an address becomes `about:invalid`, a write is lost,
// a read finds nothing. `.ci/guard` makes `guard.min.js` of this file, which must stay within 6 KB: hence the short cuts.
(() => {
  const INVALID = 'about:invalid';
  const COOKIE = 'cookie';
  const ADDRESS = 'address';
  const MARK = 'data-consent-';
  const DENIED = MARK + 'denied';
  const STORAGES = { 'local-storage': 'localStorage', 'session-storage': 'sessionStorage' };
  const { keys, hasOwn, getOwnPropertyNames: names } = Object;
  const page = document;
  const tag = page.currentScript;
  const endpoint = tag?.dataset.manifest;
  const words = (text) => `${text}`.trim().split(/[\s,]+/);
  /** Attributes that make an element load something. */
  const DOORS = words('src srcset imagesrcset poster ping srcdoc href data');
  /** The realms that are guarded, by their `Node`. */
  const guarded = new WeakSet();
  const told = {};
  let manifest;
  /** Whether the guard itself is at work, which may see everything. */
  let isOpen;

  /** What holds now, of the manifest's two lists: a cached page could not know of the signal. */
  const now = (lists) => lists?.[+!!navigator.globalPrivacyControl];
  const all = (root, selector) => [root, ...(root.querySelectorAll?.(selector) ?? [])];
  const set = (element, name, value) => element.setAttribute(name, value);
  const cookieName = (pair) => pair.split('=')[0];
  const attempt = (f) => {
    try {
      return f();
    } catch {}
  };

  /** What the manifest says: `allow`, `code`, `erase`, and the `tracker` by its declared name. */
  const judge = (kind, name) => {
    name = `${name}`;
    const table = manifest[kind] ?? { '': 0 };
    const verdict = (number, tracker) => ({ ...now(manifest.verdicts)[number], tracker });
    let candidates = [name];
    let otherwise = table[''];
    // What is not declared is called by its start, without what may be an identifier.
    let shown = name.match(/^\D{0,24}/)[0];
    if (kind == ADDRESS) {
      const url = attempt(() => new URL(name, page.baseURI));
      // Any other contacts nobody.
      if (!/^(http|ws)s?:/.test(url)) return verdict(manifest.first);
      url.hostname = url.hostname.replace(/\.$/, '');
      const isOurs = url.host == location.host;
      if (isOurs || manifest.hosts.includes(url.hostname)) otherwise = manifest.first;
      shown = url.origin;
      // Any of our hosts may be meant: of several trackers, one that is denied counts.
      candidates = [shown].concat(isOurs ? manifest.own : []).map((origin) => origin + url.pathname);
    }
    // Exact comes before pattern, then the longer literal.
    const found = candidates.flatMap((name) => {
      if (name.at(-1) != '*' && hasOwn(table, name)) return verdict(table[name], name);
      for (let end = Math.min(name.length, manifest.longest); end; end--) {
        const pattern = name.slice(0, end) + '*';
        if (hasOwn(table, pattern)) return verdict(table[pattern], pattern);
      }
      return [];
    });
    return found.find(({ allow }) => !allow) ?? found[0] ?? verdict(otherwise, shown);
  };

  /** Whether it is denied. Tells of it, once, without a value. */
  const denied = (technology, name) => {
    const verdict = judge(technology, name);
    if (verdict.allow || isOpen) return;
    const line = `consent-gate denied ${technology} ${verdict.tracker}: ${verdict.code}`;
    if (!told[line]) {
      told[line] = 1;
      console.debug(line);
      tell('denied', { technology, ...verdict });
    }
    return !manifest.report;
  };
  const tell = (type, detail) => page.dispatchEvent(new CustomEvent('consentgate:' + type, { detail }));
  const deniedAddress = (address) => denied(ADDRESS, address?.url ?? address);

  /** The value that an attribute may have. A denied one is kept beside it, for `release`. */
  const fit = (value, element, attribute) => {
    const name = `${attribute}`.toLowerCase();
    const isNoDoor = /^(?!link|image|use|feim|script)[^:]*:href|^(?!object)[^:]*:data|^link:href:(?!$|.*(style|pre|icon|manifest|worker))/i;
    if (name == 'srcdoc') return sanitized(value);
    if (!DOORS.includes(name) || value == INVALID || isNoDoor.test(`${element.localName}:${name}:${element.rel}`)) return value;
    element.removeAttribute(MARK + name);
    if (!(/set$|ping/.test(name) ? words(value) : [value]).some(deniedAddress)) return value;
    set(element, MARK + name, value);
    set(element, DENIED, '');
    return INVALID;
  };

  /** Takes from a tree what is denied. Whether there was anything. */
  const clean = (root) => {
    let isChanged;
    for (const element of all(root, `[${DOORS.join('],[')}]`)) {
      for (const name of DOORS) {
        const value = element.getAttribute?.(name);
        const fitted = value && fit(value, element, name);
        if (fitted != value) {
          set(element, name, fitted);
          isChanged = 1;
        }
      }
    }
    return isChanged;
  };

  const sanitized = (html) => {
    const template = page.createElement('template');
    // Without an attribute there is no address.
    if (isOpen || !/=/.test(html)) return html;
    isOpen = 1;
    template.innerHTML = html;
    isOpen = 0;
    return clean(template.content) ? template.innerHTML : html;
  };

  /** Guards the frames of a tree that are of our origin, and so have a realm of their own. */
  const enter = (root) => {
    all(root, 'iframe,frame').map((frame) => attempt(() => install(frame.contentWindow)));
  };

  const install = (realm) => {
    const { document, Node } = realm;
    if (guarded.has(Node)) return;
    guarded.add(Node);

    /** Puts `change(go, args, self, member)` before members of interfaces; `go(args)` does what they did. */
    const map = (interfaces, members, change, slot = 'value') => {
      for (const name of words(interfaces)) {
        const object = name ? realm[name]?.prototype : realm;
        for (const member of object ? names(object) : []) {
          const descriptor = members.test(member) && Object.getOwnPropertyDescriptor(object, member);
          if (!descriptor[slot]) continue;
          // A proxy keeps name, length, prototype and "[native code]".
          descriptor[slot] = new Proxy(descriptor[slot], {
            apply: (f, self, args) => change((args, that = self) => Reflect.apply(f, that, args), args, self, member),
            construct: (f, args, target) => change((args) => Reflect.construct(f, args, target), args),
          });
          Object.defineProperty(object, member, descriptor);
        }
      }
    };
    /** Changes one argument. */
    const argument = (place, change) => (go, args, self) => {
      if (place in args) args[place] = change(args[place], self, args[place - 1]);
      return go(args);
    };
    const address = (place, instead = INVALID) => argument(place, (value) => deniedAddress(value) ? instead : value);

    // Requests. What takes no `about:` gets a port that browsers refuse to contact (Fetch Standard, "bad port").
    map('', /^fetch|EventSource|^Audio$|Worker$/, address(0));
    map('', /^Web(So|Tr)/, address(0, `https://${location.hostname}:1`));
    map('XMLHttpRequest', /open/, address(1));
    map('Navigator', /Beacon/, (go, args) => !deniedAddress(args[0]) && go(args));

    // Elements.
    map(
      `${names(realm)}`.match(/HTML\w+/g),
      RegExp(DOORS.join('|'), 'i'),
      (go, args, self, member) => go([fit(args[0], self, member)]),
      'set',
    );
    map('Element', /tribute$/, argument(1, fit));
    map('Element', /teNS$/, argument(2, fit));
    map('Element ShadowRoot', /erHTML/, argument(0, sanitized), 'set');
    map('Element ShadowRoot Range', /^setHTML|teCon/, argument(0, sanitized));
    map('Element', /jacentH/, argument(1, sanitized));
    map('Document', /write/, (go, args) => go([sanitized(args.join(''))]));
    // `appendChild`, `prepend`, `before`, `after`, `replaceWith`, `insertBefore`, `insertAdjacentElement` and their like.
    map('Node Element DocumentFragment', /^(ap|pre|be|af|rep)|^insert(B|\w+E)/, (go, args, self) => {
      const { length } = realm;
      if (self.isConnected) args.map((node) => clean(Object(node)));
      const result = go(args);
      // A frame more.
      if (realm.length > length) enter(document);
      return result;
    });
    map('HTMLIFrameElement', /^content/, (go, args) => {
      const result = go(args);
      attempt(() => install(result.defaultView ?? result));
      return result;
    }, 'get');
    new MutationObserver((records) => {
      for (const { target, addedNodes, attributeName } of records) {
        for (const node of attributeName ? [target] : addedNodes) {
          clean(node);
          enter(node);
        }
      }
    }).observe(document, { subtree: true, childList: true, attributeFilter: DOORS });

    // Cookies.
    map('Document', /cookie/, (go, [line]) => {
      line = `${line}`;
      const last = (attribute) => line.match(RegExp(`.*;\\s*${attribute}\\s*=([^;]*)`, 'i'))?.[1];
      const age = last('max-age');
      const isDeletion = age ? age <= 0 : new Date(last('expires')) < new Date();
      // A nameless cookie is judged by the name that it comes back as.
      if (isDeletion || !denied(COOKIE, line.match(/[^=\s][^=;]*|$/)[0].trim())) go([line]);
    }, 'set');
    map('Document', /cookie/, (go, args) => {
      return go(args).split('; ').filter((pair) => !pair || !denied(COOKIE, cookieName(pair))).join('; ');
    }, 'get');
    map('CookieStore', /^[gs]et/, async (go, args, self, member) => {
      const { name = args[0], expires } = Object(args[0]);
      if (member == 'set') return expires < new Date() || !denied(COOKIE, name) ? go(args) : undefined;
      const shown = [await go(args) ?? []].flat().filter(({ name }) => !denied(COOKIE, name));
      return member == 'get' ? shown[0] ?? null : shown;
    });

    // Browser stores.
    const views = new Map();
    map('Storage', /Item$|^key|^clear/, (go, args, self, member) => {
      const [store, isHidden] = views.get(self) ?? [self];
      if (member == 'key') return keys(self)[args[0]] ?? null;
      return isHidden && /tI/.test(member) && isHidden(args[0]) ? null : go(args, store);
    });
    map('Storage', /length/, (go, args, self) => keys(self).length, 'get');
    for (const kind of keys(STORAGES)) {
      attempt(() => {
        const store = realm[STORAGES[kind]];
        const isHidden = (key) => key?.at && !(key in Storage.prototype) && denied(kind, key);
        // Every trap: a hidden key is not found, and is written in vain.
        const traps = new Proxy({}, {
          get: (_, trap) => (store, key, value) => {
            if (trap == 'ownKeys') return names(store).filter((key) => !isHidden(key));
            return isHidden(key) ? /^[sd]/.test(trap) || undefined : Reflect[trap](store, key, value);
          },
        });
        const view = new Proxy(store, traps);
        views.set(view, [store, isHidden]);
        map('', RegExp(STORAGES[kind]), () => view, 'get');
      });
    }
    map('IDBFactory', /open/, (go, args) => {
      if (denied('indexed-db', args[0])) throw new DOMException('', 'SecurityError');
      return go(args);
    });
  };

  /** Erases what is there, declared and denied, where the manifest says so. */
  const sweep = () => {
    const each = (kind, names, remove) => names.map((name) => {
      const { erase, tracker } = judge(kind, name);
      if (erase) remove(name, tracker);
    });
    isOpen = true;
    for (const kind of keys(STORAGES)) {
      attempt(() => {
        const store = window[STORAGES[kind]];
        each(kind, keys(store), (key) => delete store[key]);
      });
    }
    each(COOKIE, page.cookie.split('; ').map(cookieName), (name, tracker) => {
      for (const attributes of manifest.erase[tracker]) page.cookie = `${name}=; Max-Age=0; ${attributes}`;
    });
    isOpen = false;
    indexedDB.databases?.().then((found) => {
      each('indexed-db', found.map(({ name }) => name), (name) => indexedDB.deleteDatabase(name));
    });
  };

  /** Lets load what was withheld, by the server or by the guard, and is allowed now. */
  const release = () => {
    for (const element of page.querySelectorAll(`script[type*=plain][data-consent],[${DENIED}]`)) {
      const { localName, dataset, nonce, text, async } = element;
      const source = dataset.consentSrc ?? dataset.src;
      const isScript = localName == 'script';
      // A `fieldset` is the placeholder of a frame.
      if (isScript || localName == 'fieldset') {
        if ((source && deniedAddress(source)) || words(dataset.consent ?? 'essential').some((id) => !judge('category', id).allow)) continue;
        // A script runs only once, and only when it is new.
        const made = page.createElement(isScript ? localName : 'iframe');
        for (const { name, value } of element.attributes) if (name != DENIED) set(made, name.replace(MARK, ''), value);
        if (isScript) {
          if (/plain/.test(made.type)) made.type = dataset.consentType ?? dataset.type ?? '';
          made.async = async;
          made.nonce = nonce || tag?.nonce;
          made.text = text;
        }
        if (source) made.src = source;
        element.replaceWith(made);
        continue;
      }
      element.removeAttribute(DENIED);
      for (const name of DOORS) {
        const value = element.getAttribute(MARK + name);
        if (value) set(element, name, value);
      }
    }
  };

  /** Google's Consent Mode, where the host asked for it. */
  const google = (command) => {
    const mode = now(manifest.google);
    if (!mode) return;
    window.dataLayer ??= [];
    window.gtag ??= function () {
      dataLayer.push(arguments);
    };
    gtag('consent', command, mode[0]);
    gtag('set', mode[1]);
  };

  /** Takes a new manifest, or fetches it, and holds the page to it. */
  const update = async (next) => {
    if (!next && endpoint) next = await (await fetch(endpoint, { cache: 'no-store' })).json();
    manifest = next ?? manifest;
    google('update');
    sweep();
    clean(page);
    release();
    tell('update');
  };

  // Without a manifest, nothing is allowed but addresses of our own.
  const shut = [{ code: 'undeclared' }, { allow: true }];
  const block = page.getElementById('consent-gate');
  manifest = block ? JSON.parse(block.text) : { verdicts: [shut, shut], first: 1, hosts: shut, own: shut };
  google('default');
  install(window);
  window.consentGate = { update, judge };
  addEventListener('pageshow', ({ persisted }) => persisted && update());
  if (block) sweep();
  else update();
})();
