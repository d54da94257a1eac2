//! From a sheet to the data of its template: legible strings, pictograms for paper, equal days told once.

use serde_json::{Value, json};

use crate::error::ReportError;
use crate::legible::legible;
use crate::pictogram;
use crate::safety::SafetySheet;
use crate::sheet::{Session, Sheet, WeekDay};

/// Data of the programme template.
pub(crate) fn programme(sheet: &Sheet) -> Result<Value, ReportError> {
    let mut view = serde_json::to_value(sheet)?;
    make_legible(&mut view);
    for (idx, exercise) in sheet.exercises.iter().enumerate() {
        let svg = exercise.pictogram_svg.as_deref().map(pictogram::for_paper).transpose();
        view["exercises"][idx]["pictogram_svg"] = svg
            .map_err(|reason| ReportError::Pictogram {
                number: idx + 1,
                reason: reason.to_owned(),
            })?
            .into();
    }
    let mut days_alike = json!(days_alike(&sheet.week));
    make_legible(&mut days_alike);
    view["days_alike"] = days_alike;
    Ok(view)
}

/// Data of the safety template.
pub(crate) fn safety(sheet: &SafetySheet) -> Result<Value, ReportError> {
    let mut view = serde_json::to_value(sheet)?;
    make_legible(&mut view);
    Ok(view)
}

fn make_legible(value: &mut Value) {
    match value {
        Value::String(text) => *text = legible(text),
        Value::Array(values) => values.iter_mut().for_each(make_legible),
        Value::Object(fields) => fields.values_mut().for_each(make_legible),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Days with the same sessions, in the order of their first.
#[derive(Debug, PartialEq, serde::Serialize)]
struct DaysAlike<'a> {
    days: Vec<&'a str>,
    sessions: &'a [Session],
}

fn days_alike(week: &[WeekDay]) -> Vec<DaysAlike<'_>> {
    let mut alike: Vec<DaysAlike<'_>> = Vec::new();
    for day in week {
        match alike.iter_mut().find(|group| group.sessions == day.sessions) {
            Some(group) => group.days.push(&day.name),
            None => alike.push(DaysAlike {
                days: vec![&day.name],
                sessions: &day.sessions,
            }),
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_days_are_told_once() {
        let day = |name: &str, times: &[&str]| WeekDay {
            name: name.to_owned(),
            sessions: times
                .iter()
                .map(|time| Session {
                    time: (*time).to_owned(),
                    minutes: String::new(),
                    items: Vec::new(),
                })
                .collect(),
        };
        let week = [
            day("Mon", &["08:00"]),
            day("Tue", &[]),
            day("Wed", &["08:00"]),
            day("Thu", &["09:00"]),
        ];
        let days: Vec<Vec<&str>> = days_alike(&week).into_iter().map(|group| group.days).collect();
        assert_eq!(days, [vec!["Mon", "Wed"], vec!["Tue"], vec!["Thu"]]);
    }
}
