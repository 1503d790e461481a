//! Whether a text is a dictionary of structured fields (RFC 9651 §4.2.2).
//!
//! A browser that cannot read such a field ignores all of it, what was added to it included. So whoever adds a member must
//! know whether the rest can be read.

/// Whether a browser can read a field of this value; several lines are joined by `, ` before.
pub(crate) fn is_dictionary(value: &str) -> bool {
    Reader(value.trim_matches(' ').as_bytes()).dictionary().is_some()
}

/// What is left to read. Each step gives `None` where the rule of its name fails.
struct Reader<'v>(&'v [u8]);

impl Reader<'_> {
    fn dictionary(&mut self) -> Option<()> {
        while !self.0.is_empty() {
            self.key()?;
            if self.takes(b'=') {
                self.member()?;
            } else {
                self.parameters()?;
            }
            self.skip(b" \t");
            if self.0.is_empty() {
                return Some(());
            }
            self.take(b',')?;
            self.skip(b" \t");
            if self.0.is_empty() {
                return None;
            }
        }
        Some(())
    }

    fn member(&mut self) -> Option<()> {
        if !self.takes(b'(') {
            return self.item();
        }
        loop {
            self.skip(b" ");
            if self.takes(b')') {
                return self.parameters();
            }
            self.item()?;
            if !matches!(self.0.first()?, b' ' | b')') {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<()> {
        self.bare_item()?;
        self.parameters()
    }

    fn parameters(&mut self) -> Option<()> {
        while self.takes(b';') {
            self.skip(b" ");
            self.key()?;
            if self.takes(b'=') {
                self.bare_item()?;
            }
        }
        Some(())
    }

    fn key(&mut self) -> Option<()> {
        let first = self.next()?;
        if !(first.is_ascii_lowercase() || first == b'*') {
            return None;
        }
        self.skip_while(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.' | b'*')
        });
        Some(())
    }

    fn bare_item(&mut self) -> Option<()> {
        match self.next()? {
            b'"' => self.text(),
            b'%' => self.take(b'"').and_then(|()| self.text()),
            b'?' => matches!(self.next()?, b'0' | b'1').then_some(()),
            b'@' => {
                self.takes(b'-');
                let first = self.next()?;
                self.number(first)
            }
            b':' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
                self.take(b':')
            }
            b'-' => {
                let first = self.next()?;
                self.number(first)
            }
            first if first.is_ascii_digit() => self.number(first),
            first if first.is_ascii_alphabetic() || first == b'*' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte));
                Some(())
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => matches!(self.next()?, b'"' | b'\\').then_some(())?,
                b' '..=b'~' => {}
                _ => return None,
            }
        }
    }

    /// At most fifteen digits, or twelve before a point and one to three after it.
    fn number(&mut self, first: u8) -> Option<()> {
        first.is_ascii_digit().then_some(())?;
        let whole = 1 + self.skip_while(|byte| byte.is_ascii_digit());
        if !self.takes(b'.') {
            return (whole <= 15).then_some(());
        }
        let fraction = self.skip_while(|byte| byte.is_ascii_digit());
        (whole <= 12 && (1..=3).contains(&fraction)).then_some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.takes(byte).then_some(())
    }

    fn takes(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip(&mut self, bytes: &[u8]) {
        self.skip_while(|byte| bytes.contains(&byte));
    }

    fn skip_while(&mut self, belongs: impl Fn(u8) -> bool) -> usize {
        let count = self.0.iter().take_while(|byte| belongs(**byte)).count();
        self.0 = &self.0[count..];
        count
    }
}

#[cfg(test)]
mod tests {
    use super::is_dictionary;

    #[test]
    fn a_dictionary_is_known_as_browsers_know_it() {
        for value in [
            "",
            "geolocation=()",
            "geolocation=(self \"https://a.example\"), camera=*, fullscreen",
            "a=?1;b=2;c,d=( x  y );e=\"f\"",
            "a=-1.5, b=:aGk=:, c=@1700000000, d=%\"f%c3%bc\", *e=tok/en:x",
            "  a=1  ",
            "a=1\t,\tb=2",
        ] {
            assert!(is_dictionary(value), "{value}");
        }
        for value in [
            "geolocation 'none'",
            "geolocation=(), ",
            ", a",
            "a=",
            "A=()",
            "a=(",
            "a=(x",
            "a=(x\"y\")",
            "a=\"open",
            "a=\"\\x\"",
            "a=1.",
            "a=1234567890123456",
            "a=?2",
            "a=() b=()",
            "a=();B",
            "a='none'",
            "a=gr\u{fc}n",
            "a=-",
        ] {
            assert!(!is_dictionary(value), "{value}");
        }
    }
}
