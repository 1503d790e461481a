//! The span of one request, to which its events belong. Without the feature `tracing` there is none.
//!
//! It is opened with the visitor, entered only while an event is told, so never across an `await`, and closed when the
//! last handle of the visitor goes. It says where the visitor is, and nothing else.

#[cfg(not(feature = "tracing"))]
pub(crate) use disabled::Span;
#[cfg(feature = "tracing")]
pub(crate) use enabled::Span;

#[cfg(feature = "tracing")]
mod enabled {
    use crate::Region;
    use tracing::field::display;

    /// A span of `tracing`, named `consent`.
    pub(crate) struct Span(tracing::Span);

    impl Span {
        pub(crate) fn open(region: Region) -> Self {
            Self(tracing::info_span!(target: "consent_gate", "consent", region = display(region)))
        }

        /// The visitor turned out to be elsewhere.
        pub(crate) fn move_to(&self, region: Region) {
            self.0.record("region", display(region));
        }

        pub(crate) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
            self.0.in_scope(work)
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use crate::Region;

    /// Nothing.
    pub(crate) struct Span;

    impl Span {
        pub(crate) const fn open(_: Region) -> Self {
            Self
        }

        pub(crate) const fn move_to(&self, _: Region) {}

        pub(crate) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
            work()
        }
    }
}
