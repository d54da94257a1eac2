//! Questions and the ways to answer them. Classes `question`, `options`, `scale`, `entry`, `summary`.
//!
//! Nothing is chosen beforehand, and no answer is told by colour alone. The name of a field is the path of its question.

use keel_knowledge::Lang;
use maud::{Markup, html};

use crate::words;

/// A question and what is known about its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question<'a> {
    pub(crate) path: &'a str,
    pub(crate) ask: &'a str,
    pub(crate) help: Option<&'a str>,
    /// What was wrong with the answer.
    pub(crate) error: Option<&'a str>,
}

impl Question<'_> {
    /// The id of its box, and of the error link that leads to it.
    pub(crate) fn id(&self) -> String {
        format!("q-{}", self.path.replace('.', "-"))
    }

    fn help_id(&self) -> String {
        format!("{}-help", self.id())
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id())
    }

    /// The ids of what describes the answer, for `aria-describedby`. The error is named even while it is empty: a script fills it.
    fn described_by(&self) -> String {
        match self.help {
            Some(_) => format!("{} {}", self.help_id(), self.error_id()),
            None => self.error_id(),
        }
    }

    fn help(&self) -> Markup {
        html! { @if let Some(help) = self.help { p.question-help id=(self.help_id()) { (help) } } }
    }

    fn error(&self, lang: Lang) -> Markup {
        html! {
            p.question-error id=(self.error_id()) hidden[self.error.is_none()] {
                span.hidden { (words::ERROR_PREFIX.get(lang)) " " }
                span data-error { (self.error.unwrap_or_default()) }
            }
        }
    }

    /// A box around several controls that answer together.
    fn group(&self, lang: Lang, controls: &Markup) -> Markup {
        html! {
            fieldset.question id=(self.id()) data-path=(self.path) tabindex="-1" aria-describedby=(self.described_by())
                data-wrong[self.error.is_some()] {
                legend { (self.ask) }
                (self.help())
                (self.error(lang))
                (controls)
            }
        }
    }

    /// A box around the one control that answers.
    fn single(&self, lang: Lang, control: &Markup) -> Markup {
        html! {
            div.question data-path=(self.path) data-wrong[self.error.is_some()] {
                label.question-ask for=(self.id()) { (self.ask) }
                (self.help())
                (self.error(lang))
                (control)
            }
        }
    }
}

/// Something to choose.
pub(crate) struct Choice<'a> {
    pub(crate) value: &'a str,
    pub(crate) label: &'a str,
    pub(crate) chosen: bool,
}

/// One of several, as rows to tap. With three or fewer short ones they stand side by side where there is room.
pub(crate) fn one_of(lang: Lang, question: &Question<'_>, choices: &[Choice<'_>]) -> Markup {
    let short = choices.len() <= 3 && choices.iter().all(|choice| choice.label.chars().count() <= 16);
    let controls = html! {
        div.options data-short[short] {
            @for choice in choices {
                label.option {
                    input type="radio" name=(question.path) value=(choice.value) checked[choice.chosen];
                    span { (choice.label) }
                }
            }
        }
    };
    question.group(lang, &controls)
}

/// Any of several, as rows to tap.
pub(crate) fn any_of(lang: Lang, question: &Question<'_>, choices: &[Choice<'_>]) -> Markup {
    question.group(lang, &html! { (any_of_rows(question, choices)) })
}

fn any_of_rows(question: &Question<'_>, choices: &[Choice<'_>]) -> Markup {
    html! {
        // Says that the question was on the page, so that the last tick can be taken away.
        input type="hidden" name=(question.path) value="";
        div.options {
            @for choice in choices {
                label.option {
                    input type="checkbox" name=(question.path) value=(choice.value) checked[choice.chosen];
                    span { (choice.label) }
                }
            }
        }
    }
}

/// Any of several, with the less common ones folded away unless one of them is chosen.
pub(crate) fn any_of_common(lang: Lang, question: &Question<'_>, common: &[Choice<'_>], more: &str, others: &[Choice<'_>]) -> Markup {
    let controls = html! {
        (any_of_rows(question, common))
        details.more open[others.iter().any(|choice| choice.chosen)] {
            summary { (more) " (" (others.len()) ")" }
            div.options {
                @for choice in others {
                    label.option {
                        input type="checkbox" name=(question.path) value=(choice.value) checked[choice.chosen];
                        span { (choice.label) }
                    }
                }
            }
        }
    };
    question.group(lang, &controls)
}

/// One of many, as a list that opens.
pub(crate) fn select(lang: Lang, question: &Question<'_>, placeholder: &str, choices: &[Choice<'_>]) -> Markup {
    let described_by = question.described_by();
    let control = html! {
        div.entry data-long {
            select id=(question.id()) name=(question.path) aria-describedby=(described_by) aria-invalid=[question.error.map(|_| "true")] {
                option value="" { (placeholder) }
                @for choice in choices { option value=(choice.value) selected[choice.chosen] { (choice.label) } }
            }
        }
    };
    question.single(lang, &control)
}

/// Any of several with something drawn beside the rows.
pub(crate) fn any_of_with(lang: Lang, question: &Question<'_>, drawing: &Markup, choices: &[Choice<'_>]) -> Markup {
    question.group(lang, &html! { (drawing) (any_of_rows(question, choices)) })
}

/// Things to tick, each a question of its own: path, words, ticked.
pub(crate) fn ticks(legend: &str, rows: &[(String, String, bool)]) -> Markup {
    html! {
        fieldset.question {
            legend { (legend) }
            div.options {
                @for (path, words, ticked) in rows {
                    // Says that the row was on the page, so that the tick can be taken away.
                    input type="hidden" name=(path) value="";
                    label.option data-path=(path) {
                        input type="checkbox" name=(path) value="1" checked[*ticked];
                        span { (words) }
                    }
                }
            }
        }
    }
}

/// A scale from 0 to 10 with words at both ends.
pub(crate) fn scale(lang: Lang, question: &Question<'_>, ends: (&str, &str), chosen: Option<u8>) -> Markup {
    steps(lang, question, (0, 10), (Some(ends.0), Some(ends.1)), chosen.map(i32::from))
}

/// A row of numbers with words at its ends, where there are any.
pub(crate) fn steps(
    lang: Lang,
    question: &Question<'_>,
    (from, to): (i32, i32),
    (low, high): (Option<&str>, Option<&str>),
    chosen: Option<i32>,
) -> Markup {
    let controls = html! {
        div.scale {
            div.scale-row data-steps=(to - from + 1) {
                @for n in from..=to {
                    label.scale-step {
                        input type="radio" name=(question.path) value=(n) checked[chosen == Some(n)];
                        span { (n) }
                    }
                }
            }
            @if low.is_some() || high.is_some() {
                p.scale-ends aria-hidden="true" {
                    span { @if let Some(low) = low { (from) " — " (low) } }
                    span { @if let Some(high) = high { (to) " — " (high) } }
                }
            }
        }
    };
    question.group(lang, &controls)
}

/// What is typed or picked in one field.
pub(crate) enum Entry<'a> {
    /// A number with its unit.
    Number {
        unit: Option<&'a str>,
        whole: bool,
    },
    Date,
    Time,
    /// A day with a time.
    Moment,
    Text,
}

/// A field to type into.
pub(crate) fn entry(lang: Lang, question: &Question<'_>, entry: &Entry<'_>, value: Option<&str>) -> Markup {
    let id = question.id();
    let described_by = question.described_by();
    // Numbers are typed as text: a number field loses what it cannot read and changes under a scroll wheel.
    let (kind, mode, unit) = match entry {
        Entry::Number { unit, whole: true } => ("text", Some("numeric"), *unit),
        Entry::Number { unit, whole: false } => ("text", Some("decimal"), *unit),
        Entry::Date => ("date", None, None),
        Entry::Time => ("time", None, None),
        Entry::Moment => ("datetime-local", None, None),
        Entry::Text => ("text", None, None),
    };
    let long = matches!(entry, Entry::Text);
    let control = html! {
        div.entry data-long[long] {
            input id=(id) type=(kind) name=(question.path) value=[value] inputmode=[mode] autocomplete="off"
                aria-describedby=(described_by) aria-invalid=[question.error.map(|_| "true")];
            @if let Some(unit) = unit { span.entry-unit { (unit) } }
        }
    };
    question.single(lang, &control)
}

/// What has to be looked at again, at the top of the form, each a link to its question.
pub(crate) fn summary(lang: Lang, wrong: &[Question<'_>]) -> Markup {
    html! {
        @if !wrong.is_empty() {
            section.summary #summary role="alert" tabindex="-1" aria-labelledby="summary-title" {
                h2 #summary-title { (words::SUMMARY_TITLE.get(lang)) }
                ul {
                    @for question in wrong {
                        li { a href={ "#" (question.id()) } { (question.ask) } " — " (question.error.unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

/// The attributes that let the script save each answer as it is given, with the words it shows.
pub(crate) fn saved_as_you_go(lang: Lang) -> Markup {
    html! {
        p.saving role="status" data-saving="/save" data-saved-text=(words::SAVED.get(lang)) data-saving-text=(words::SAVING.get(lang))
            data-unsaved-text=(words::NOT_SAVED.get(lang)) data-signed-out-text=(words::SIGNED_OUT.get(lang)) {}
    }
}
