//! Lines of the input, one after the other in one buffer.
//!
//! 1. What is held is one line of at most [`LONGEST`] bytes, however long the input is.
//! 2. A longer line is passed over, and reported where it stood.
//! 3. Blank lines are reported, but for those that nothing follows.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read, in bytes, its end not counted. No server takes headers that would not fit.
pub(crate) const LONGEST: usize = 4 << 20;

/// How much is read ahead at a time, in bytes.
const AHEAD: usize = 64 << 10;

/// The lines of an input.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// Blank lines that were read and not yet reported.
    blank: u64,
    /// Whether `line` waits until they are.
    is_held: bool,
}

/// One line.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Line<'l> {
    /// Its bytes, without its end.
    Text(&'l [u8]),
    /// It holds white space at most, and another line follows.
    Blank,
    /// It is longer than [`LONGEST`].
    TooLong,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(AHEAD, input), line: Vec::new(), blank: 0, is_held: false }
    }

    /// Whether nothing more was read ahead, so that the next line may be long in coming.
    pub(crate) fn would_wait(&self) -> bool {
        !self.is_held && self.input.buffer().is_empty()
    }

    /// The next line, or `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        while !self.is_held {
            if !self.read()? {
                return Ok(None);
            }
            self.is_held = !self.line.trim_ascii().is_empty();
            self.blank += u64::from(!self.is_held);
        }
        if self.blank > 0 {
            self.blank -= 1;
            return Ok(Some(Line::Blank));
        }
        self.is_held = false;
        Ok(Some(if self.line.len() > LONGEST { Line::TooLong } else { Line::Text(&self.line) }))
    }

    /// Reads one line, or one byte more than the longest and passes over the rest of it. `false` at the end.
    fn read(&mut self) -> io::Result<bool> {
        self.line.clear();
        let most = LONGEST as u64 + 1;
        if self.input.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(false);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > LONGEST {
            self.input.skip_until(b'\n')?;
        }
        Ok(true)
    }
}
