//! The case file: one person as TOML, checked field by field (`docs/case-file.md`).

use std::fmt;

use jiff::civil::Date;
use keel_knowledge::{Lang, Text, nearest};
use toml_edit::{Document, Item, Table, Value as TomlValue};

use crate::{
    case::{Answers, Catalogue, FieldError, Value, is_whole},
    log::{Entry, LISTS},
};

/// A person's answers with the day they were given.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The day the answers describe and the plan begins; today where the file does not say.
    pub date: Option<Date>,
    /// Answers.
    pub answers: Answers,
}

/// One thing wrong in a case file.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseProblem {
    /// Line, counted from 1.
    pub line: usize,
    /// Field, or section.
    pub path: String,
    /// What was wrong.
    pub problem: Text,
    /// What is allowed.
    pub allowed: Text,
}

/// Everything wrong in a case file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct CaseError {
    /// Name of the file, as given.
    pub file: String,
    /// Problems in the order of the file.
    pub problems: Vec<CaseProblem>,
}

impl CaseError {
    /// One line for each problem: file, line, field, what was wrong, what is allowed.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let line = |p: &CaseProblem| {
            format!(
                "{}:{}: {}: {} {}",
                self.file,
                p.line,
                p.path,
                p.problem.get(lang),
                p.allowed.get(lang)
            )
        };
        self.problems.iter().map(|problem| line(problem).trim_end().to_owned()).collect()
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(Lang::En).join("\n"))
    }
}

/// Reads a case file.
///
/// # Errors
/// Every problem in the file, not only the first, each with its line.
pub fn read_case(file: &str, text: &str, catalogue: &Catalogue<'_>) -> Result<Case, CaseError> {
    let document = Document::parse(text.to_owned()).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let what = error.message().replace('\n', " ");
        let problem = Text {
            en: format!("this is not valid TOML: {what}."),
            ru: format!("это не TOML: {what}."),
        };
        CaseError {
            file: file.to_owned(),
            problems: vec![CaseProblem {
                line: line_at(text, start),
                path: "TOML".to_owned(),
                problem,
                allowed: Text::default(),
            }],
        }
    })?;
    let mut reader = Reader {
        text,
        catalogue,
        case: Case {
            date: None,
            answers: Answers::new(),
        },
        problems: Vec::new(),
    };
    reader.root(document.as_table());
    reader.problems.sort_by_key(|problem| problem.line);
    if reader.problems.is_empty() {
        Ok(reader.case)
    } else {
        Err(CaseError {
            file: file.to_owned(),
            problems: reader.problems,
        })
    }
}

/// Writes answers as a case file that [`read_case`] reads back.
pub fn write_case(case: &Case) -> String {
    let mut document = toml_edit::DocumentMut::new();
    let table_of = |path: &str| path.rsplit_once('.').map(|(table, name)| (table.to_owned(), name.to_owned()));
    if let Some(date) = case.date {
        document["case"]["date"] = toml_edit::value(date.to_string());
    }
    for (path, value) in case.answers.iter() {
        let Some((table, name)) = table_of(path) else {
            continue;
        };
        let mut item = document.as_item_mut();
        for part in table.split('.') {
            item = &mut item[part];
            if item.is_none() {
                *item = Item::Table(Table::new());
            }
        }
        item[&name] = toml_edit::value(match value {
            Value::Number(number) if is_whole(*number) => TomlValue::from(*number as i64),
            Value::Number(number) => TomlValue::from(*number),
            Value::Choices(ids) => TomlValue::from_iter(ids.iter().map(String::as_str)),
            other => TomlValue::from(other.to_string()),
        });
    }
    for entry in case.answers.entries() {
        let list = document
            .entry(entry.list())
            .or_insert_with(|| Item::ArrayOfTables(toml_edit::ArrayOfTables::new()));
        let mut table = Table::new();
        if let serde_json::Value::Object(object) = entry.to_json() {
            for (key, value) in &object {
                if let Some(value) = toml_of(value) {
                    table[key] = toml_edit::value(value);
                }
            }
        }
        if let Item::ArrayOfTables(list) = list {
            list.push(table);
        }
    }
    document.to_string()
}

/// Sections a case file may have.
const SECTIONS: [&str; 16] = [
    "case",
    "person",
    "diagnosis",
    "answers",
    "pain",
    "tests",
    "medicines",
    "conditions",
    "day",
    "equipment",
    "preferences",
    "instruments",
    "treatments",
    "belt",
    "flare",
    "mood",
];

struct Reader<'a> {
    text: &'a str,
    catalogue: &'a Catalogue<'a>,
    case: Case,
    problems: Vec<CaseProblem>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Table) {
        for (key, item) in root {
            let line = self.line_of(root, key, item);
            if LISTS.contains(&key) {
                self.entries(key, line, item);
                continue;
            }
            match (SECTIONS.contains(&key), item.as_table_like()) {
                (true, Some(section)) => self.section(key, section),
                (true, None) => self.refuse_shape(line, key, &format!("[{key}]")),
                (false, _) => {
                    let problem = Text {
                        en: format!("there is no section “{key}”."),
                        ru: format!("раздела «{key}» нет."),
                    };
                    let near = nearest(key, SECTIONS.into_iter().chain(LISTS)).map_or_else(|| SECTIONS.join(", "), str::to_owned);
                    let allowed = Text {
                        en: format!("Allowed: {near}."),
                        ru: format!("Допустимо: {near}."),
                    };
                    self.problems.push(CaseProblem {
                        line,
                        path: key.to_owned(),
                        problem,
                        allowed,
                    });
                }
            }
        }
    }

    fn section(&mut self, prefix: &str, section: &dyn toml_edit::TableLike) {
        for (key, item) in section.iter() {
            let path = format!("{prefix}.{key}");
            let line = section
                .key(key)
                .and_then(toml_edit::Key::span)
                .or_else(|| item.span())
                .map_or(1, |span| line_at(self.text, span.start));
            if (prefix == "tests" || prefix == "instruments")
                && let Some(test) = item.as_table_like()
            {
                self.section(&path, test);
                continue;
            }
            if path == "case.date" {
                self.date(line, item);
                continue;
            }
            match self.value(&path, item) {
                Ok(value) => self.case.answers.set(&path, value),
                Err(error) => self.problems.push(CaseProblem {
                    line,
                    path: error.path,
                    problem: error.problem,
                    allowed: error.allowed,
                }),
            }
        }
    }

    /// A list of things done, one table each: `[[taken]]`.
    fn entries(&mut self, list: &str, line: usize, item: &Item) {
        let tables: Vec<&Table> = match item {
            Item::ArrayOfTables(tables) => tables.iter().collect(),
            _ => return self.refuse_shape(line, list, &format!("[[{list}]]")),
        };
        for table in tables {
            let start = table.span().map_or(line, |span| line_at(self.text, span.start));
            match Entry::read(self.catalogue.knowledge(), list, &json_of_table(table)) {
                Ok(entry) => self.case.answers.add(entry),
                Err(error) => {
                    let key = error.path.split('.').nth(1).unwrap_or_default();
                    let line = table
                        .key(key)
                        .and_then(toml_edit::Key::span)
                        .map(|span| line_at(self.text, span.start));
                    self.problems.push(CaseProblem {
                        line: line.unwrap_or(start),
                        path: error.path,
                        problem: error.problem,
                        allowed: error.allowed,
                    });
                }
            }
        }
    }

    fn date(&mut self, line: usize, item: &Item) {
        let text = item
            .as_str()
            .map(str::to_owned)
            .or_else(|| item.as_datetime().map(ToString::to_string))
            .unwrap_or_default();
        match text.parse() {
            Ok(date) => self.case.date = Some(date),
            Err(_) => self.refuse_shape(line, "case.date", "2026-11-24"),
        }
    }

    fn value(&self, path: &str, item: &Item) -> Result<Value, FieldError> {
        match item.as_value() {
            Some(TomlValue::String(text)) => self.catalogue.parse(path, &[text.value()]),
            Some(TomlValue::Integer(number)) => self.catalogue.from_json(path, &serde_json::json!(number.value())),
            // NaN and infinity have no JSON form: they go through the text form, which refuses them by name.
            Some(TomlValue::Float(number)) => match serde_json::Number::from_f64(*number.value()) {
                Some(number) => self.catalogue.from_json(path, &serde_json::Value::Number(number)),
                None => self.catalogue.parse(path, &[&number.value().to_string()]),
            },
            Some(TomlValue::Boolean(answer)) => self.catalogue.from_json(path, &serde_json::json!(answer.value())),
            Some(TomlValue::Datetime(datetime)) => self.catalogue.parse(path, &[&datetime.value().to_string()]),
            Some(TomlValue::Array(list)) => {
                // What is no text is shown as it stands in the file, and refused by that name.
                let shown = |entry: &TomlValue| entry.as_str().map_or_else(|| entry.to_string().trim().to_owned(), str::to_owned);
                let entries = list.iter().map(|entry| serde_json::json!(shown(entry))).collect();
                self.catalogue.from_json(path, &serde_json::Value::Array(entries))
            }
            Some(TomlValue::InlineTable(_)) | None => self.catalogue.from_json(path, &serde_json::json!({})),
        }
    }

    fn refuse_shape(&mut self, line: usize, path: &str, example: &str) {
        let problem = Text {
            en: "this has the wrong form.".to_owned(),
            ru: "неверная форма записи.".to_owned(),
        };
        let allowed = Text {
            en: format!("Allowed: {example}."),
            ru: format!("Допустимо: {example}."),
        };
        self.problems.push(CaseProblem {
            line,
            path: path.to_owned(),
            problem,
            allowed,
        });
    }

    fn line_of(&self, table: &Table, key: &str, item: &Item) -> usize {
        let span = item.span().or_else(|| table.key(key).and_then(toml_edit::Key::span));
        span.map_or(1, |span| line_at(self.text, span.start))
    }
}

fn json_of_table(table: &dyn toml_edit::TableLike) -> serde_json::Value {
    let pairs = table.iter().map(|(key, item)| (key.to_owned(), json_of(item)));
    serde_json::Value::Object(pairs.collect())
}

fn json_of(item: &Item) -> serde_json::Value {
    match item {
        Item::Value(TomlValue::String(text)) => serde_json::json!(text.value()),
        Item::Value(TomlValue::Integer(number)) => serde_json::json!(number.value()),
        // NaN and infinity become null, which no key allows.
        Item::Value(TomlValue::Float(number)) => serde_json::json!(number.value()),
        Item::Value(TomlValue::Boolean(answer)) => serde_json::json!(answer.value()),
        Item::Value(TomlValue::Datetime(at)) => serde_json::json!(at.value().to_string().replace(' ', "T")),
        Item::Value(TomlValue::InlineTable(table)) => json_of_table(table),
        Item::Table(table) => json_of_table(table),
        Item::Value(TomlValue::Array(_)) | Item::ArrayOfTables(_) | Item::None => serde_json::Value::Null,
    }
}

fn toml_of(value: &serde_json::Value) -> Option<TomlValue> {
    Some(match value {
        serde_json::Value::String(text) => TomlValue::from(text.as_str()),
        serde_json::Value::Bool(answer) => TomlValue::from(*answer),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => TomlValue::from(whole),
            None => match number.as_f64()? {
                whole if is_whole(whole) => TomlValue::from(whole as i64),
                number => TomlValue::from(number),
            },
        },
        serde_json::Value::Object(object) => TomlValue::InlineTable(
            object
                .iter()
                .filter_map(|(key, value)| Some((key.as_str(), toml_of(value)?)))
                .collect(),
        ),
        serde_json::Value::Null | serde_json::Value::Array(_) => return None,
    })
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}
