//! Small signs drawn as lines in the colour of the text. They never stand alone: words beside them say the same.

use maud::{Markup, PreEscaped};

fn svg(shapes: &str) -> Markup {
    PreEscaped(format!(
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shapes}</svg>"#
    ))
}

pub(crate) fn keel() -> Markup {
    svg(
        r#"<path d="M12 3.500v14M3.500 14.500c1.800 4 4.900 5.900 8.500 5.900s6.700-1.900 8.500-5.900"/><path class="icon-accent" d="M7 9.500h10"/>"#,
    )
}

pub(crate) fn phone() -> Markup {
    svg(
        r#"<path d="M5.200 4.200h3.600l1.700 4.300-2.300 1.600a12 12 0 0 0 5.700 5.700l1.600-2.300 4.300 1.700v3.600a1.800 1.800 0 0 1-2 1.800A15.500 15.500 0 0 1 3.400 6.200a1.800 1.800 0 0 1 1.800-2z"/>"#,
    )
}

pub(crate) fn info() -> Markup {
    svg(r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v5.500M12 7.600v.1"/>"#)
}

pub(crate) fn caution() -> Markup {
    svg(r#"<path d="M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.1"/>"#)
}

pub(crate) fn check() -> Markup {
    svg(r#"<path d="m5 12.500 4.500 4.500L19 7.500"/>"#)
}

pub(crate) fn arrow() -> Markup {
    svg(r#"<path d="M5 12h14m-5.500-5.500L19 12l-5.500 5.500"/>"#)
}
