//! The lessons: text, an embedded video, a player, progress and suggestions.

use crate::cookies;
use crate::layout::Page;
use crate::pages;
use crate::privacy::{blocked, why};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use consent_gate::{Category, Decision, Storage};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

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
pub(crate) async fn lesson(number: Option<Path<usize>>, headers: HeaderMap, page: Page) -> Response {
    let found = number.and_then(|Path(number)| Some((number, LESSONS.get(number.checked_sub(1)?)?)));
    let Some((number, lesson)) = found else { return pages::not_found(page).await.into_response() };

    let progress = page.account.map(|_| format!("progress={number}; Path=/; Max-Age=2592000; SameSite=Lax"));
    let recommend = Interests { last: Some(number), ..Interests::read(&headers) };
    let lines = cookies::set(progress.into_iter().chain([recommend.line()]));
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

/// What somebody has taken last, and what is not for them: the cookie `recommend`, as in `after-2.not-4`.
#[derive(Default)]
pub(crate) struct Interests {
    last: Option<usize>,
    not: Vec<usize>,
}

impl Interests {
    fn read(headers: &HeaderMap) -> Self {
        let mut interests = Self::default();
        for part in cookies::read(headers, "recommend").unwrap_or_default().split('.').take(1 + LESSONS.len()) {
            match part.split_once('-').and_then(|(word, number)| Some((word, number.parse().ok()?))) {
                Some(("after", number)) => interests.last = Some(number),
                Some(("not", number)) => interests.not.push(number),
                _ => {}
            }
        }
        interests
    }

    fn line(&self) -> String {
        let last = self.last.map(|number| format!("after-{number}"));
        let not = self.not.iter().map(|number| format!("not-{number}"));
        let value = last.into_iter().chain(not).collect::<Vec<_>>().join(".");
        format!("recommend={value}; Path=/; Max-Age=2592000; SameSite=Lax")
    }
}

/// Lessons that suit the visitor, each with a button; or the same ones for everybody, and why.
pub(crate) fn suggestions(page: &Page, headers: &HeaderMap) -> Markup {
    let (language, place) = (page.language, page.language as usize);
    let title = |number: usize| LESSONS[number - 1].title[place];
    let personal = page.visitor.decide(Category::PERSONALIZATION);
    let interests = Interests::read(headers);
    match (personal, interests.last) {
        (Decision::Allow(_), Some(last)) => html! {
            ul.lessons {
                @for number in (0..LESSONS.len()).map(|step| (last + step) % LESSONS.len() + 1).filter(|n| *n != last && !interests.not.contains(n)).take(2) {
                    li {
                        a href={ "/lessons/" (number) } { (title(number)) } " "
                        form.inline method="post" action="/not-interested" {
                            button.link name="lesson" value=(number) {
                                (language.pick("Not interested", "Nicht interessiert"))
                                span.hidden { ": " (title(number)) }
                            }
                        }
                    }
                }
            }
        },
        _ => html! {
            ul.lessons { @for number in 1..=2 { li { a href={ "/lessons/" (number) } { (title(number)) } } } }
            @if let Decision::Deny(reason) = personal {
                p { small {
                    (language.pick("The same for everybody: personalized content is off, because ", "Für alle gleich: persönliche Vorschläge sind aus, denn "))
                    (why(reason, language)) ". "
                    a href="/privacy#consent-personalization" { (language.pick("Change this", "Ändern")) }
                } }
            }
        },
    }
}

/// What the button sends.
#[derive(Deserialize)]
pub(crate) struct NotInterested {
    lesson: usize,
}

/// Remembers that a suggestion is not for this visitor, blindly.
pub(crate) async fn not_interested(headers: HeaderMap, Form(form): Form<NotInterested>) -> impl IntoResponse {
    let mut interests = Interests::read(&headers);
    if (1..=LESSONS.len()).contains(&form.lesson) && !interests.not.contains(&form.lesson) {
        interests.not.push(form.lesson);
    }
    (cookies::set([interests.line()]), Redirect::to("/"))
}

fn video(page: &Page, lesson: &Lesson) -> Markup {
    let address = format!("https://cliptube.example/embed/{}", lesson.video);
    let title = page.language.pick("Video of the lesson", "Video zur Lektion");
    match page.visitor.decide_address(&address) {
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
            @if page.visitor.decide_storage(Storage::Local, "player.volume").is_allow() {
                script { (PreEscaped(REMEMBER_VOLUME)) }
            } @else {
                small {
                    (language.pick("Not remembered: see ", "Wird nicht gemerkt: siehe "))
                    a href="/privacy#consent-functional" { (language.pick("privacy settings", "Datenschutz")) }
                }
            }
        }
    }
}
