//! One line on standard error for each failure, written where the failure is handled.
//!
//! It says which part failed and why, never what a person answered or asked for: paths, form fields and bodies do not come here.

use std::error::Error;

/// Writes down a failure with all its causes.
pub(crate) fn failure(part: &str, error: &dyn Error) {
    let mut line = format!("keel: {part}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Many errors repeat their cause in their own text.
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        cause = error.source();
    }
    eprintln!("{line}");
}

/// Replaces the message of a panic by its place: the message can quote what a person typed. Debug builds keep it for the developer.
pub(crate) fn hush_panics() {
    if cfg!(debug_assertions) {
        return;
    }
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => eprintln!("keel: a bug at {}:{} (please report this line)", place.file(), place.line()),
        None => eprintln!("keel: a bug at an unknown place"),
    }));
}
