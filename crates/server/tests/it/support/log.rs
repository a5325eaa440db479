//! What is logged, for tests on one thread.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// Everything that is logged on this thread while it is there.
pub(crate) struct Log {
    lines: Lines,
    _listening: DefaultGuard,
    _another: tracing::Dispatch,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn listen(level: LevelFilter) -> Log {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(level);
        // Where there is but one, other tests' threads, which have none, would decide what is worth logging.
        let another = tracing::Dispatch::new(tracing_subscriber::registry());
        let listening = subscriber.with_writer(lines.clone()).finish().set_default();
        Log { lines, _listening: listening, _another: another }
    }

    /// All that was logged so far.
    pub(crate) fn all(&self) -> String {
        String::from_utf8(self.lines.0.lock().expect("nobody panics with it").clone()).expect("UTF-8")
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;
    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}
