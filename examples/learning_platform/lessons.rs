//! The lessons: text, an embedded video, a player, progress and suggestions.

use crate::cookies;
use crate::layout::Page;
use crate::pages;
use crate::privacy::blocked;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use consent_gate::{Category, Decision, Storage};
use maud::{Markup, PreEscaped, html};

/// One lesson of the course.
pub(crate) struct Lesson {
    pub(crate) title: [&'static str; 2],
    text: [&'static str; 2],
    video: &'static str,
}

pub(crate) const LESSONS: [Lesson; 4] = [
    Lesson {
        title: ["Listening first", "Zuerst zuhören"],
        text: [
            "Let the other person finish. Count to two before you answer, and repeat what you heard in your own words.",
            "Lassen Sie andere ausreden. Zählen Sie bis zwei, und wiederholen Sie mit eigenen Worten, was Sie hörten.",
        ],
        video: "listening",
    },
    Lesson {
        title: ["Asking open questions", "Offene Fragen stellen"],
        text: [
            "A question that begins with what or how invites a story; one that begins with do you invites a yes.",
            "Eine Frage mit was oder wie lädt zum Erzählen ein; eine mit haben Sie nur zu einem Ja.",
        ],
        video: "questions",
    },
    Lesson {
        title: ["Saying no kindly", "Freundlich nein sagen"],
        text: [
            "Thank the other person, say no in one sentence, and stop there. A long excuse is an invitation to bargain.",
            "Bedanken Sie sich, sagen Sie in einem Satz nein, und hören Sie auf. Lange Ausreden laden zum Handeln ein.",
        ],
        video: "kind-no",
    },
    Lesson {
        title: ["Calm in conflict", "Ruhe im Streit"],
        text: [
            "Name what you see, then what you feel, then what you need, in this order. Breathe out before you begin.",
            "Sagen Sie, was Sie sehen, dann, was Sie fühlen, dann, was Sie brauchen. Atmen Sie vorher aus.",
        ],
        video: "conflict",
    },
];

/// Remembers the volume between visits.
const REMEMBER_VOLUME: &str = "
{
  const volume = document.getElementById('volume');
  volume.value = localStorage.getItem('player.volume') ?? volume.value;
  volume.addEventListener('change', () => localStorage.setItem('player.volume', volume.value));
}
";

/// One lesson. Sets `progress` and `recommend` blindly.
pub(crate) async fn lesson(number: Option<Path<usize>>, page: Page) -> Response {
    let found = number.and_then(|Path(number)| Some((number, LESSONS.get(number.checked_sub(1)?)?)));
    let Some((number, lesson)) = found else { return pages::not_found(page).await.into_response() };

    let progress = page.account.map(|_| format!("progress={number}; Path=/; Max-Age=2592000; SameSite=Lax"));
    let recommend = format!("recommend=after-{number}; Path=/; Max-Age=2592000; SameSite=Lax");
    let lines = cookies::set(progress.into_iter().chain([recommend]));
    let (language, place) = (page.language, page.language as usize);
    let document = page.render(
        lesson.title[place],
        html! {
            p.lead { (lesson.text[place]) }
            (video(&page, lesson))
            (player(&page))
            nav.steps aria-label=(language.pick("Lessons", "Lektionen")) {
                @if number > 1 {
                    a href={ "/lessons/" (number - 1) } { "← " (LESSONS[number - 2].title[place]) }
                }
                @if number < LESSONS.len() {
                    a.next href={ "/lessons/" (number + 1) } { (LESSONS[number].title[place]) " →" }
                }
            }
        },
    );
    (lines, document).into_response()
}

/// The number of a lesson that suits the visitor, or the same one for everybody.
pub(crate) fn suggestion(page: &Page, last: Option<String>) -> usize {
    let after = last.as_deref().and_then(|text| text.strip_prefix("after-")?.parse::<usize>().ok());
    match after {
        Some(number) if page.visitor.may_track(Category::PERSONALIZATION) => number % LESSONS.len() + 1,
        _ => 1,
    }
}

fn video(page: &Page, lesson: &Lesson) -> Markup {
    let address = format!("https://cliptube.example/embed/{}", lesson.video);
    let title = page.language.pick("Video of the lesson", "Video zur Lektion");
    match page.visitor.embed(&address) {
        Decision::Allow(_) => html! {
            iframe.video src=(address) title=(title) loading="lazy" allow="fullscreen" {}
        },
        Decision::Deny(reason) => blocked(page, title, "cliptube", reason),
    }
}

fn player(page: &Page) -> Markup {
    let language = page.language;
    html! {
        p.player {
            label for="volume" { (language.pick("Volume", "Lautstärke")) }
            input #volume type="range" min="0" max="100" value="70";
            @if page.visitor.storage(Storage::Local, "player.volume").is_allow() {
                script { (PreEscaped(REMEMBER_VOLUME)) }
            } @else {
                small {
                    (language.pick("Not remembered: see ", "Wird nicht gemerkt: siehe "))
                    a href="/privacy#functional" { (language.pick("privacy settings", "Datenschutz")) }
                }
            }
        }
    }
}
