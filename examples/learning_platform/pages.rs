//! The front page, payment, help, and the page for what does not exist.

use crate::cookies;
use crate::layout::Page;
use crate::lessons::{LESSONS, suggestions};
use crate::privacy::{blocked, why};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse};
use consent_gate::{Decision, Storage};
use maud::{PreEscaped, html};

/// Keeps the open conversation while the tab is open.
const KEEP_CHAT: &str = "
{
  const text = document.getElementById('question');
  text.value = sessionStorage.getItem('chat') || '';
  text.addEventListener('input', () => sessionStorage.setItem('chat', text.value));
}
";

/// The front page. An experiment of last year still sets its cookie here, and nobody declared it.
pub(crate) async fn home(headers: HeaderMap, page: Page) -> impl IntoResponse {
    let (language, place) = (page.language, page.language as usize);
    let progress = cookies::read(&headers, "progress").and_then(|text| text.parse::<usize>().ok());
    let reached = progress.filter(|number| page.account.is_some() && (1..=LESSONS.len()).contains(number));
    let document = page.render(
        language.pick("Courses", "Kurse"),
        html! {
            p.lead { (language.pick("Short lessons for calmer conversations.", "Kurze Lektionen für ruhigere Gespräche.")) }
            @if let Some(number) = reached {
                p {
                    a.primary href={ "/lessons/" (number) } {
                        (language.pick("Continue: ", "Weiter: ")) (LESSONS[number - 1].title[place])
                    }
                }
            }
            ol.lessons {
                @for (index, lesson) in LESSONS.iter().enumerate() {
                    li { a href={ "/lessons/" (index + 1) } { (lesson.title[place]) } }
                }
            }
            h2 { (language.pick("We suggest", "Unser Vorschlag")) }
            (suggestions(&page, &headers))
        },
    );
    (cookies::set(["_legacy_ab=B; Path=/; Max-Age=31536000".to_owned()]), document)
}

/// Payment, in a frame of the provider: essential, since the visitor asked for it.
pub(crate) async fn checkout(page: Page) -> Html<String> {
    let language = page.language;
    let address = "https://pay.paylane.example/session";
    let title = language.pick("Payment", "Zahlung");
    let frame = match page.visitor.decide_address(address) {
        Decision::Allow(_) => html! { iframe.payment src=(address) title=(title) {} },
        Decision::Deny(reason) => blocked(&page, title, "paylane", reason),
    };
    page.render(
        language.pick("Subscribe", "Abonnieren"),
        html! {
            p.lead { (language.pick("All courses, €9 a month.", "Alle Kurse, 9 € im Monat.")) }
            (frame)
        },
    )
}

/// Live help, whose conversation the browser keeps only with consent.
pub(crate) async fn help(page: Page) -> Html<String> {
    let language = page.language;
    let chat = match page.visitor.decide_storage(Storage::Session, "chat") {
        Decision::Allow(_) => html! {
            p {
                label for="question" { (language.pick("Your question to a tutor", "Ihre Frage an die Tutorin")) }
                textarea #question rows="4" {}
            }
            script { (PreEscaped(KEEP_CHAT)) }
        },
        Decision::Deny(reason) => html! {
            p.blocked {
                (language.pick("Live help is off, because ", "Die Live-Hilfe ist aus: "))
                (why(reason, language)) ". "
                a href="/privacy#consent-live-help" { (language.pick("Change this", "Ändern")) }
            }
            p { (language.pick("Write to ", "Schreiben Sie an ")) a href="mailto:help@calminteraction.example" { "help@calminteraction.example" } }
        },
    };
    page.render(language.pick("Help", "Hilfe"), chat)
}

/// The page for every address that leads nowhere.
pub(crate) async fn not_found(page: Page) -> impl IntoResponse {
    let language = page.language;
    let document = page.render(
        language.pick("Page not found", "Seite nicht gefunden"),
        html! { p { a href="/" { (language.pick("To the courses", "Zu den Kursen")) } } },
    );
    (StatusCode::NOT_FOUND, document)
}
