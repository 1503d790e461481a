//! A new answer without a reload.

#[cfg(feature = "html")]
use super::server::visitor;
use super::server::{ALL, HOST, NONE, Shop, Visit};
use consent_gate::policy::Undeclared;
use serde_json::json;

const WAITING: &str = "<script type=text/plain data-consent=analytics>(globalThis.ran ??= []).push('inline')</script>
    <script type='text/plain' data-consent='analytics advertising' data-src='https://adloop.example/load/waiting.js'></script>
    <script type=text/plain data-consent=unknown>(globalThis.ran ??= []).push('unknown')</script>
    <script type=text/plain data-consent=''>(globalThis.ran ??= []).push('nothing')</script>
    <script type=text/plain data-consent-src='https://adloop.example/load/held.js' data-consent-type=module data-consent-denied=refused></script>
    <img data-consent-src='https://adloop.example/load/held.gif' data-consent-denied=refused>
    <fieldset id=player title=Video data-consent-src='https://cliptube.example/embed/1' data-consent-denied=refused><legend>ClipTube</legend><p>Not loaded</p></fieldset>";

async fn visit(answer: &str) -> Visit {
    let shop = Shop::new(Undeclared::Deny, answer);
    WAITING.clone_into(&mut shop.body.lock().unwrap());
    Visit::of(shop).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_becomes_allowed_is_released() {
    let visit = visit(NONE).await;
    visit.run("const e = new Image(); e.id = 'late'; document.body.append(e); e.src = 'https://adloop.example/load/late.gif'").await;
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    visit.shop.say(ALL);
    visit.run("await new Promise((done) => { document.addEventListener('consentgate:update', done); consentGate.update() })").await;
    let expected = ["/load/held.gif", "/load/held.js", "/load/late.gif", "/load/waiting.js"];
    assert_eq!(visit.asked("adloop.example").await, expected);
    let given = visit
        .run("const frame = document.getElementById('player'); return [globalThis.ran, frame.localName, frame.title, frame.src, document.getElementById('late').src, document.querySelectorAll('[data-consent-denied]').length]")
        .await;
    let expected = json!([
        ["inline"],
        "iframe",
        "Video",
        "https://cliptube.example/embed/1",
        "https://adloop.example/load/late.gif",
        0
    ]);
    assert_eq!(given, expected);
    // A second update runs nothing twice.
    visit.run("await consentGate.update()").await;
    assert_eq!(visit.run("return globalThis.ran").await, json!(["inline"]));
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
}

#[cfg(feature = "html")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_the_rewriter_withheld_is_released_as_it_was() {
    use consent_gate::html::{Options, Rewriter};

    let frame = "<iframe id=player sandbox='allow-scripts allow-forms' allow=fullscreen allowfullscreen class='wide player' \
                 referrerpolicy=no-referrer loading=eager width=560 height='50%' name=n style='border:0;width:calc(1px + 1%)' \
                 data-own=1 aria-label='a &quot;b&quot; &amp; c' title=Video src='https://cliptube.example/embed/1?a&amp;b'></iframe>";
    let page = format!(
        "{frame}<script type=text/plain data-consent=advertising src='https://adloop.example/load/marked.js'></script>
         <script type=module src='https://adloop.example/load/module.js'></script>
         <script src='https://adloop.example/load/plain.js'></script><img src='https://adloop.example/load/held.gif'>"
    );
    let shop = Shop::new(Undeclared::Deny, NONE);
    let mut body = Vec::new();
    let mut rewriter = Rewriter::new(&visitor(&shop.gate, NONE, &[]), Options::new()).unwrap();
    rewriter.write(page.as_bytes(), |bytes| body.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| body.extend_from_slice(bytes)).unwrap();
    *shop.body.lock().unwrap() = String::from_utf8(body).unwrap();
    let visit = Visit::of(shop).await;
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    assert_eq!(visit.asked("cliptube.example").await, [""; 0]);
    assert_eq!(visit.run("return document.getElementById('player').localName").await, "fieldset");
    visit.shop.say(ALL);
    visit.run("await consentGate.update()").await;
    let loaded = ["/load/held.gif", "/load/marked.js", "/load/module.js", "/load/plain.js"];
    assert_eq!(visit.asked("adloop.example").await, loaded);
    let same = visit
        .run(&format!(
            "const template = document.createElement('template'); template.innerHTML = {};
             const told = (element) => [element.localName, ...[...element.attributes].map(({{ name, value }}) => name + '=' + value).sort()];
             return [told(document.getElementById('player')), told(template.content.firstChild)]",
            json!(frame)
        ))
        .await;
    assert_eq!(same[0], same[1]);
    assert_eq!(same[0].as_array().unwrap().len(), 16, "{same}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_part_of_the_answer_releases_that_part() {
    let visit = visit(NONE).await;
    // Analytics alone.
    visit.shop.say("4.1a");
    visit.run("await consentGate.update()").await;
    assert_eq!(visit.run("return globalThis.ran").await, json!(["inline"]));
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    assert_eq!(visit.run("return document.getElementById('player').localName").await, "fieldset");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_is_withdrawn_is_erased_and_blocked_from_then_on() {
    let visit = visit(ALL).await;
    visit
        .run(
            "document.cookie = 'own_ad=1; Path=/'; localStorage['peek.queue'] = 'x'; sessionStorage.visit = 1;
             const e = document.createElement('iframe'); e.id = 'ad'; e.src = 'https://adloop.example/load/frame'; document.body.append(e);
             await new Promise((done) => e.onload = done); await fetch('https://adloop.example/load/before')",
        )
        .await;
    let before = visit.asked("adloop.example").await;
    assert!(before.contains(&"/load/before".to_owned()) && before.contains(&"/load/frame".to_owned()), "{before:?}");
    visit.shop.say(NONE);
    let given = visit
        .run(
            "await consentGate.update();
             return [await fetch('https://adloop.example/load/after').catch((e) => e.name), document.cookie, localStorage.length, sessionStorage.length, document.getElementById('ad').src]",
        )
        .await;
    assert_eq!(given, json!(["TypeError", "", 0, 0, "about:invalid"]));
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    assert_eq!(visit.browser.cookie_names(HOST).await, [""; 0]);
    // And back, without a reload.
    visit.shop.say(ALL);
    visit.run("await consentGate.update(); await fetch('https://adloop.example/load/again')").await;
    assert_eq!(
        visit.asked("adloop.example").await,
        ["/load/again", "/load/frame", "/load/held.gif", "/load/held.js", "/load/waiting.js"]
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_from_the_back_forward_cache_asks_anew() {
    let visit = visit(ALL).await;
    visit.run("globalThis.mark = 1; document.cookie = 'own_ad=1; Path=/'").await;
    visit.go("/frame").await;
    visit.shop.say(NONE);
    visit.browser.back().await.unwrap();
    let given = visit
        .run(
            "for (let i = 0; i < 50 && consentGate.judge('cookie', 'own_ad').allow; i++) await new Promise((done) => setTimeout(done, 50));
             return [globalThis.mark ?? null, consentGate.judge('cookie', 'own_ad').code, document.cookie]",
        )
        .await;
    assert_eq!(given, json!([1, "refused", ""]), "the page was restored, and held to the new answer");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_is_the_same_for_all_is_shut_until_it_has_its_manifest() {
    let shop = Shop { is_shared: true, ..Shop::new(Undeclared::Allow, ALL) };
    "<script nonce=n0nce>globalThis.first = [consentGate.judge('address', 'https://adloop.example/load/x').code, !!consentGate.judge('address', '/x').allow]</script>"
        .clone_into(&mut shop.body.lock().unwrap());
    let visit = Visit::of(shop).await;
    let given = visit
        .run(
            "for (let i = 0; i < 50 && !consentGate.judge('cookie', 'own_ad').allow; i++) await new Promise((done) => setTimeout(done, 50));
             return [first, consentGate.judge('address', 'https://adloop.example/load/x').code]",
        )
        .await;
    assert_eq!(given, json!([["undeclared", true], "granted"]));
}
