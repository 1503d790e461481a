//! Why a cookie of another system is not an answer, or cannot be read.

/// Why a cookie that exists is not an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Why {
    /// Nobody has answered yet.
    NotAnswered,
    /// What it holds is a default of the site or the region, or nobody knows.
    Implied,
    /// It was answered for another revision.
    Outdated,
    /// It does not name all items that the site has now.
    Incomplete,
}

impl Why {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NotAnswered => "not-answered",
            Self::Implied => "implied",
            Self::Outdated => "revision",
            Self::Incomplete => "incomplete",
        }
    }
}

/// Why a cookie could not be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// It is longer than 8 KB, or inflates to more than 64 KB.
    TooLong,
    /// It is not encoded as the format is.
    Encoding,
    /// It has the shape of another product, or of none.
    Shape,
    /// The format is of a version that nobody has described.
    Version,
    /// Something stands twice that can stand once.
    Duplicate,
    /// It is nested deeper than any format is.
    TooDeep,
    /// It is dated further ahead than clocks differ.
    Future,
}

impl Fault {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Encoding => "encoding",
            Self::Shape => "shape",
            Self::Version => "version",
            Self::Duplicate => "duplicate",
            Self::TooDeep => "too-deep",
            Self::Future => "future",
        }
    }
}
