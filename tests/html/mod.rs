//! The rewriter of pages, from outside.

mod data;
mod doors;
mod frames;
mod hostile;
mod insertions;
#[cfg(feature = "tower")]
mod layer;
mod malformed;
mod scripts;
mod soup;
mod stream;
mod survey;

use consent_gate::html::{Error, Options, Rewriter};
use consent_gate::policy::{Provider, Role, Technology, Text, Tracker};
use consent_gate::{Category, Gate, Visitor, testing};
use std::sync::LazyLock;

static GATE: LazyLock<Gate> = LazyLock::new(make_gate);

/// The gate of all these tests.
fn gate() -> Gate {
    GATE.clone()
}

/// The test policy with a video provider beside the pixel and its kin.
fn make_gate() -> Gate {
    let mut policy = testing::policy();
    let text = |text: &str| Text::from([("en", text)]);
    policy.providers.push(
        Provider::new("clip", "Clip & Co", Role::ThirdParty)
            .purpose(text("Plays videos."))
            .collects([("en", ["videos watched"])])
            .policy_url("https://clip.example/privacy")
            .opt_out_url("https://clip.example/opt-out"),
    );
    for (name, technology) in
        [("https://clip.example/embed/", Technology::Frame), ("https://xn--bcher-kva.example/", Technology::Resource)]
    {
        policy
            .trackers
            .push(Tracker::new(name, technology, "personalization").provider("clip").purpose(text("Plays a video.")));
    }
    policy
        .trackers
        .push(Tracker::new("https://cdn.example/", Technology::Resource, "essential").purpose(text("Our pictures.")));
    Gate::new(policy).unwrap()
}

fn refused() -> Visitor {
    testing::refused(&gate())
}

fn undecided() -> Visitor {
    testing::undecided(&gate())
}

fn accepted() -> Visitor {
    testing::accepted(&gate())
}

fn analytics() -> Visitor {
    testing::granted(&gate(), Category::ANALYTICS)
}

/// Rewrites a page given in chunks of a size. The second value is how it ended.
fn in_chunks(visitor: &Visitor, options: Options, page: &[u8], size: usize) -> (Vec<u8>, Result<(), Error>) {
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(visitor, options).unwrap();
    for chunk in page.chunks(size.max(1)) {
        if let Err(error) = rewriter.write(chunk, |bytes| out.extend_from_slice(bytes)) {
            let after = rewriter.write(b"<p>after</p>", |_| panic!("nothing may follow an error"));
            assert_eq!(after, Err(error.clone()));
            return (out, Err(error));
        }
    }
    let end = rewriter.end(|bytes| out.extend_from_slice(bytes));
    (out, end)
}

fn rewrite_bytes(visitor: &Visitor, page: &[u8]) -> Vec<u8> {
    let (out, end) = in_chunks(visitor, Options::new(), page, usize::MAX);
    end.unwrap();
    out
}

fn rewrite(visitor: &Visitor, page: &str) -> String {
    String::from_utf8(rewrite_bytes(visitor, page.as_bytes())).unwrap()
}

/// A refusing visitor gets this page as it is.
#[track_caller]
fn stays(page: &str) {
    assert_eq!(rewrite(&refused(), page), page);
}

/// A refusing visitor gets this page with the attribute out of use.
#[track_caller]
fn denied(page: &str, attribute: &str) {
    let out = rewrite(&refused(), page);
    assert!(out.contains(&format!(" data-consent-{attribute}=")), "{page} became {out}");
    assert!(!out.contains(&format!(" {attribute}=")), "{page} became {out}");
    assert!(out.contains(" data-consent-denied="), "{page} became {out}");
}
