//! Questions of the knowledge as parts of a page.

use std::collections::BTreeMap;

use keel_knowledge::{FieldKind, Lang, Text};
use keel_therapy::{Answers, FieldSpec, Value};
use maud::{Markup, html};

use crate::answers::Refusal;
use crate::clinic::Clinic;
use crate::ui::body_map::body_map;
use crate::ui::fields::{Choice, Entry, Question, any_of, any_of_common, entry, one_of, scale, select};

/// What stands beside a page's questions: who asks, in which language, what is answered, what was wrong.
pub(crate) struct Asker<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) lang: Lang,
    pub(crate) answers: &'a Answers,
    wrong: BTreeMap<String, String>,
}

/// More choices than this go into a list that opens.
const LONG_LIST: usize = 20;

impl<'a> Asker<'a> {
    pub(crate) fn new(clinic: &'a Clinic, lang: Lang, answers: &'a Answers) -> Self {
        Self {
            clinic,
            lang,
            answers,
            wrong: BTreeMap::new(),
        }
    }

    /// Marks what was refused.
    pub(crate) fn refused(mut self, refusals: &[Refusal]) -> Self {
        for refusal in refusals {
            let allowed = refusal.allowed.as_ref().map_or("", |allowed| allowed.get(self.lang));
            self.wrong.insert(
                refusal.path.clone(),
                format!("{} {allowed}", capitalised(refusal.problem.get(self.lang)))
                    .trim()
                    .to_owned(),
            );
        }
        self
    }

    /// Marks what still needs an answer.
    pub(crate) fn missing(mut self, paths: &[String]) -> Self {
        for path in paths {
            let text = self.clinic.text(self.lang, "ask-needs-answer");
            self.wrong.entry(path.clone()).or_insert(text);
        }
        self
    }

    /// The question of a field with what is known about its answer.
    pub(crate) fn question<'q>(&'q self, spec: &'q FieldSpec<'_>) -> Question<'q> {
        Question {
            path: &spec.path,
            ask: spec.ask.get(self.lang),
            help: spec.help.map(|help: &Text| help.get(self.lang)),
            error: self.wrong.get(&spec.path).map(String::as_str),
        }
    }

    /// The questions among `specs` that are marked, for the summary at the top.
    pub(crate) fn wrong<'q>(&'q self, specs: &'q [FieldSpec<'_>]) -> Vec<Question<'q>> {
        specs
            .iter()
            .filter(|spec| self.wrong.contains_key(&spec.path))
            .map(|spec| self.question(spec))
            .collect()
    }

    /// The question with the way to answer it.
    pub(crate) fn field(&self, spec: &FieldSpec<'_>) -> Markup {
        let question = self.question(spec);
        let given = self.answers.get(&spec.path);
        let lang = self.lang;
        match spec.kind {
            FieldKind::YesNo => one_of(lang, &question, &choices_of(&self.yes_no(given))),
            FieldKind::Integer if spec.limits == Some((0.0, 10.0)) => {
                let ends = (self.clinic.text(lang, "scale-none"), self.clinic.text(lang, "scale-worst"));
                let chosen = match given {
                    Some(Value::Number(number)) => Some(*number as u8),
                    _ => None,
                };
                scale(lang, &question, (&ends.0, &ends.1), chosen)
            }
            FieldKind::Integer | FieldKind::Number => {
                let unit = spec.unit.map(|unit| self.unit(unit));
                self.entry(
                    &question,
                    &Entry::Number {
                        unit: unit.as_deref(),
                        whole: spec.kind == FieldKind::Integer,
                    },
                    given,
                )
            }
            FieldKind::Date => self.entry(&question, &Entry::Date, given),
            FieldKind::Time => self.entry(&question, &Entry::Time, given),
            FieldKind::Text => self.entry(&question, &Entry::Text, given),
            FieldKind::Choice if spec.choices.ids().len() > LONG_LIST => {
                let placeholder = self.clinic.text(lang, "ask-choose");
                select(lang, &question, &placeholder, &choices_of(&self.choices(spec, given)))
            }
            FieldKind::Choice => one_of(lang, &question, &choices_of(&self.choices(spec, given))),
            FieldKind::Choices if spec.path == "pain.places" => body_map(lang, &question, &choices_of(&self.choices(spec, given))),
            FieldKind::Choices if spec.choices.ids().len() > LONG_LIST => self.long_choices(spec, &question, given),
            FieldKind::Choices => {
                let mut choices = self.choices(spec, given);
                choices.push(self.none(given));
                any_of(lang, &question, &choices_of(&choices))
            }
        }
    }

    fn entry(&self, question: &Question<'_>, kind: &Entry<'_>, given: Option<&Value>) -> Markup {
        let value = given.map(ToString::to_string);
        entry(self.lang, question, kind, value.as_deref())
    }

    /// The common choices as rows, the others folded away unless one of them is chosen.
    fn long_choices(&self, spec: &FieldSpec<'_>, question: &Question<'_>, given: Option<&Value>) -> Markup {
        let common = |id: &str| self.clinic.knowledge.medicines.get(id).is_some_and(|medicine| medicine.common);
        let (mut first, mut rest): (Vec<Labelled>, Vec<Labelled>) = self.choices(spec, given).into_iter().partition(|one| common(&one.id));
        for list in [&mut first, &mut rest] {
            list.sort_by_key(|one| one.label.to_lowercase());
        }
        first.push(self.none(given));
        let more = self.clinic.text(self.lang, "ask-more-choices");
        any_of_common(self.lang, question, &choices_of(&first), &more, &choices_of(&rest))
    }

    /// "None of these", which is an answer and not an empty field.
    fn none(&self, given: Option<&Value>) -> Labelled {
        Labelled {
            id: "none".to_owned(),
            label: self.clinic.text(self.lang, "ask-none"),
            chosen: matches!(given, Some(Value::Choices(list)) if list.is_empty()),
        }
    }

    fn choices(&self, spec: &FieldSpec<'_>, given: Option<&Value>) -> Vec<Labelled> {
        let chosen = |id: &str| match given {
            Some(Value::Choice(one)) => one == id,
            Some(Value::Choices(list)) => list.iter().any(|one| one == id),
            _ => false,
        };
        spec.choices
            .labelled()
            .into_iter()
            .map(|(id, label)| Labelled {
                id: id.to_owned(),
                label: label.get(self.lang).to_owned(),
                chosen: chosen(id),
            })
            .collect()
    }

    fn yes_no(&self, given: Option<&Value>) -> [Labelled; 3] {
        ["yes", "no", "unsure"].map(|id| Labelled {
            id: id.to_owned(),
            label: self.clinic.text(self.lang, &format!("ask-{id}")),
            chosen: matches!(given, Some(Value::YesNo(answer)) if answer.id() == id),
        })
    }

    fn unit(&self, unit: &str) -> String {
        let id = format!("unit-{}", unit.to_lowercase());
        if self.clinic.knowledge.messages.has(&id) {
            self.clinic.text(self.lang, &id)
        } else {
            unit.to_owned()
        }
    }
}

/// A choice that owns its words.
struct Labelled {
    id: String,
    label: String,
    chosen: bool,
}

impl Labelled {
    fn choice(&self) -> Choice<'_> {
        Choice {
            value: &self.id,
            label: &self.label,
            chosen: self.chosen,
        }
    }
}

fn choices_of(labelled: &[Labelled]) -> Vec<Choice<'_>> {
    labelled.iter().map(Labelled::choice).collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The buttons under a form.
pub(crate) fn actions(clinic: &Clinic, lang: Lang, back: &str) -> Markup {
    html! {
        p.actions {
            button.button type="submit" { (clinic.text(lang, "action-continue")) (crate::ui::icon::arrow()) }
            a.button data-quiet href=(back) { (clinic.text(lang, "action-back")) }
        }
    }
}
