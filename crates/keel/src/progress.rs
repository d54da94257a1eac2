//! A line on standard error that says what takes seconds. It is seen in a terminal only and vanishes when the work is done.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Between two turns of the sign that shows that work goes on.
const TURN: Duration = Duration::from_millis(100);

/// The line; it vanishes when this is dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For one long step.
    pub(crate) fn waiting(what: String) -> Self {
        let progress = Self::new(ProgressBar::new_spinner(), "{spinner} {wide_msg}");
        progress.0.set_message(what);
        progress
    }

    /// For many steps of which the number is known.
    pub(crate) fn counted(n: usize) -> Self {
        Self::new(ProgressBar::new(n as u64), "{spinner} {pos}/{len} {wide_msg}")
    }

    fn new(bar: ProgressBar, template: &str) -> Self {
        bar.set_style(ProgressStyle::with_template(template).expect("the templates above are well formed"));
        bar.enable_steady_tick(TURN);
        Self(bar)
    }

    /// The next of many steps begins.
    pub(crate) fn next(&self, what: String) {
        self.0.inc(1);
        self.0.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
