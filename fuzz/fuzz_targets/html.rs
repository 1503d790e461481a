//! Any page, in any chunks: no panic, the same output as whole, with HTML of the host's too, and nothing left to deny in
//! what came out.
#![no_main]

use consent_gate::html::{Action, Error, Options, Rewriter};
use consent_gate::{Gate, Visitor, testing};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);

fuzz_target!(|input: (u8, &[u8])| {
    let (size, page) = input;
    let visitor = testing::refused(&GATE);
    let (whole, ended, _) = rewrite(&visitor, page, usize::MAX);
    let (chunked, chunked_ended, _) = rewrite(&visitor, page, usize::from(size).max(1));
    assert_eq!(ended, chunked_ended);
    match ended {
        Ok(()) => {
            assert_eq!(whole, chunked);
            let (again, ended, denials) = rewrite(&visitor, &whole, usize::MAX);
            assert_eq!((again, ended, denials), (whole, Ok(()), 0));
        }
        Err(_) => assert!(whole.starts_with(&chunked) || chunked.starts_with(&whole)),
    }
    let inserting = || Options::new().head_start(|_| "<script>1</script>".into()).body_start(|_| "<p>banner".into());
    let (whole, ended) = stream(&visitor, inserting(), page, usize::MAX);
    let (chunked, chunked_ended) = stream(&visitor, inserting(), page, usize::from(size).max(1));
    assert_eq!(ended, chunked_ended);
    assert!(ended.is_err() || whole == chunked);
});

fn rewrite(visitor: &Visitor, page: &[u8], size: usize) -> (Vec<u8>, Result<(), Error>, usize) {
    let denials = Arc::new(AtomicUsize::new(0));
    let count = denials.clone();
    let options = Options::new().on_edit(move |edit| {
        if matches!(edit.action, Action::Deny(_)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (out, ended) = stream(visitor, options, page, size);
    (out, ended, denials.load(Ordering::Relaxed))
}

fn stream(visitor: &Visitor, options: Options, page: &[u8], size: usize) -> (Vec<u8>, Result<(), Error>) {
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(visitor, options).unwrap();
    for chunk in page.chunks(size) {
        if let Err(error) = rewriter.write(chunk, |bytes| out.extend_from_slice(bytes)) {
            return (out, Err(error));
        }
    }
    let ended = rewriter.end(|bytes| out.extend_from_slice(bytes));
    (out, ended)
}
