//! Numbers as people read them: what rounds to zero has no sign, what is not known is a dash.

/// Stands where there is no number.
const UNKNOWN: &str = "–";

/// A number with so many digits after the point.
pub(crate) fn fixed(value: impl Into<Option<f64>>, digits: usize) -> String {
    printed(value.into(), |value| format!("{value:.digits$}"))
}

/// The same for a difference, which shows whether it is above or below.
pub(crate) fn signed(value: impl Into<Option<f64>>, digits: usize) -> String {
    printed(value.into(), |value| format!("{value:+.digits$}"))
}

fn printed(value: Option<f64>, print: impl Fn(f64) -> String) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return UNKNOWN.to_owned();
    };
    let text = print(value);
    if text.contains(|c| matches!(c, '1'..='9')) {
        text
    } else {
        text.trim_start_matches(['+', '-']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign() {
        for (value, digits, expected) in [
            (-0.0, 0, "0"),
            (-0.4, 0, "0"),
            (-0.004, 2, "0.00"),
            (-0.6, 0, "-1"),
            (-10.0, 0, "-10"),
            (0.25, 2, "0.25"),
        ] {
            assert_eq!(fixed(value, digits), expected, "{value}");
        }
        for (value, digits, expected) in [
            (0.0, 2, "0.00"),
            (-0.004, 2, "0.00"),
            (0.004, 2, "0.00"),
            (0.5, 1, "+0.5"),
            (-20.0, 0, "-20"),
        ] {
            assert_eq!(signed(value, digits), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_dash() {
        for value in [None, Some(f64::NAN), Some(f64::INFINITY), Some(f64::NEG_INFINITY)] {
            assert_eq!(
                (fixed(value, 2), signed(value, 2)),
                (UNKNOWN.to_owned(), UNKNOWN.to_owned()),
                "{value:?}"
            );
        }
    }
}
