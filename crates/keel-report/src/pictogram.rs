//! A pictogram made ready for paper.
//!
//! On the screen a pictogram takes the colours of the page (`currentColor`, class `accent`); on paper both become the sheet's ink, so
//! that nothing is said by colour alone. A picture must stand alone: a linked file would be looked for in vain and would use up one of
//! the process's file ids, and a broken link must not surprise a person at the printer.

/// The sheet's ink: nearly black, a little softer than the toner's.
pub(crate) const INK: &str = "#1d2b2a";

/// The SVG text to embed, or what is wrong with it.
pub(crate) fn for_paper(svg: &str) -> Result<String, &'static str> {
    let svg = svg.trim_start_matches('\u{feff}').trim();
    if !svg.contains("<svg") {
        return Err("is not SVG");
    }
    const NOT_ALONE: [&str; 5] = ["<image", "<script", "<foreignObject", "<!ENTITY", "<text"];
    if NOT_ALONE.iter().any(|element| svg.contains(element)) {
        return Err("holds a linked file, a script or text; only shapes are drawn");
    }
    Ok(svg.replace("currentColor", INK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(svg: &str, expected: Result<&str, &'static str>) {
        assert_eq!(for_paper(svg).as_deref(), expected.as_ref().map(|svg| *svg));
    }

    #[test]
    fn takes_the_ink_of_the_sheet() {
        check(
            r#"<svg><path stroke="currentColor"/></svg>"#,
            Ok(r##"<svg><path stroke="#1d2b2a"/></svg>"##),
        );
        check("\u{feff}\n<svg/>\n", Ok("<svg/>"));
    }

    #[test]
    fn stands_alone() {
        check("a picture", Err("is not SVG"));
        check("", Err("is not SVG"));
        check(
            r#"<svg><image href="a.png"/></svg>"#,
            Err("holds a linked file, a script or text; only shapes are drawn"),
        );
    }
}
