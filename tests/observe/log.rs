//! A subscriber that writes down everything that it is told.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// One for the whole program, for a call that no subscriber wanted is not asked about again; each test reads its thread.
pub struct Log;

static SUBSCRIBED: Once = Once::new();

impl Log {
    /// Everything that is told while this happens, in order.
    pub fn of(happens: impl FnOnce()) -> Vec<String> {
        SUBSCRIBED
            .call_once(|| tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Self)).unwrap());
        LINES.take();
        happens();
        LINES.take()
    }

    fn write(line: String) {
        LINES.with_borrow_mut(|lines| lines.push(line));
    }
}

/// Fields as `name=value`.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        Self::write(format!("open {}{}", context.span(id).unwrap().name(), fields.0));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        Self::write(format!("record{}", fields.0));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let within = context.event_span(event).map_or("nothing", |span| span.name());
        let metadata = event.metadata();
        Self::write(format!("{} {} in {within}{}", metadata.level(), metadata.target(), fields.0));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Self::write(format!("close {}", context.span(&id).unwrap().name()));
    }
}
