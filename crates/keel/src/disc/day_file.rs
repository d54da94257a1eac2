//! A day as TOML: whose it is, and what the person does from when to when; every problem with its line.

use std::{collections::BTreeMap, fmt, ops::Range};

use keel_body::Library;
use keel_knowledge::{Knowledge, Lang, Shown, Text, nearest};
use keel_therapy::{Answers, Catalogue};
use toml_edit::{Document, Item, Key, TableLike, Value};

/// Minutes of a day.
const DAY_MIN: u32 = 24 * 60;
/// What two hands can hold, kg.
const HOLD_KG: Range<f64> = 0.0..200.0;
/// Cycles per second that a person can do, Hz.
const FREQUENCY_HZ: Range<f64> = 0.0..5.0;
/// Discs by name.
const DISCS: [&str; 6] = ["T12-L1", "L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"];

/// Whose day it is.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    /// Of no one in particular: the reference man.
    Reference,
    /// The person of a case file, by its path as written.
    Case(String),
    /// A person in the file itself.
    Inline(Box<Answers>),
}

/// What someone does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Activity {
    pub(crate) doing: Doing,
    /// Mass in both hands together, kg.
    pub(crate) hold_kg: f64,
    /// Cycles per second, where they are not those of the motion.
    pub(crate) frequency_hz: Option<f64>,
    /// Line that names it, from 1.
    pub(crate) line: usize,
}

/// A posture or motion by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    Posture(String),
    Motion(String),
}

/// A time of the day.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    /// Minutes from the beginning of the day.
    pub(crate) from_min: u32,
    pub(crate) to_min: u32,
    /// Activities with their shares of the time.
    pub(crate) activities: Vec<(Activity, f64)>,
    /// Line of its heading, from 1.
    pub(crate) line: usize,
}

/// A day.
#[derive(Debug, Clone)]
pub(crate) struct DayFile {
    /// File, as given.
    pub(crate) file: String,
    pub(crate) whose: Whose,
    pub(crate) degenerated: Vec<String>,
    /// When it begins: minutes from midnight.
    pub(crate) begins_min: u32,
    /// In order, without gap, 24 hours.
    pub(crate) hours: Vec<Hours>,
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayProblem {
    pub(crate) line: usize,
    path: String,
    text: Text,
}

/// Everything wrong in a day file.
#[derive(Debug, Clone)]
pub(crate) struct DayFileError {
    pub(crate) file: String,
    pub(crate) problems: Vec<DayProblem>,
}

impl DayFileError {
    /// One line for each problem: file, line, field, what is wrong.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let line = |problem: &DayProblem| format!("{}:{}: {}: {}", self.file, problem.line, problem.path, problem.text.get(lang));
        let lines: Vec<String> = self.problems.iter().map(line).collect();
        lines.join("\n       ")
    }
}

impl fmt::Display for DayFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// What ids and fields are checked against.
pub(crate) struct Known<'a> {
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) catalogue: &'a Catalogue<'a>,
    pub(crate) library: &'a Library,
}

/// Reads a day.
///
/// # Errors
/// Every problem in the file, each with its line.
pub(crate) fn read(file: &str, text: &str, known: &Known<'_>) -> Result<DayFile, DayFileError> {
    let mut reader = Reader {
        text,
        known,
        problems: Vec::new(),
    };
    let day = match Document::parse(text.to_owned()) {
        Ok(document) => reader.root(document.as_table(), file),
        Err(error) => {
            let what = error.message().replace('\n', " ");
            let line = reader.line_at(error.span().map_or(0, |span| span.start));
            reader.refuse(
                line,
                "TOML",
                format!("this is not valid TOML: {what}"),
                format!("это не TOML: {what}"),
            );
            None
        }
    };
    let Reader { mut problems, .. } = reader;
    problems.sort_by_key(|problem| problem.line);
    match day {
        Some(day) if problems.is_empty() => Ok(day),
        _ => Err(DayFileError {
            file: file.to_owned(),
            problems,
        }),
    }
}

struct Reader<'a> {
    text: &'a str,
    known: &'a Known<'a>,
    problems: Vec<DayProblem>,
}

/// Times of one entry as written: minutes from midnight.
struct Written {
    from_min: u32,
    to_min: Option<u32>,
    to_line: usize,
    activities: Vec<(Activity, f64)>,
    line: usize,
}

impl Reader<'_> {
    fn root(&mut self, root: &dyn TableLike, file: &str) -> Option<DayFile> {
        let mut whose = Whose::Reference;
        let mut degenerated = Vec::new();
        let mut written = Vec::new();
        let mut has_hours = false;
        for (key, item) in root.iter() {
            let line = self.line_of(root, key, item);
            match (key, item) {
                ("person", item) if item.is_str() => whose = Whose::Case(item.as_str().unwrap_or_default().to_owned()),
                ("person", item) if item.is_table_like() => {
                    if let Some(table) = item.as_table_like() {
                        whose = self.person(table);
                    }
                }
                ("person", _) => self.refuse(
                    line,
                    key,
                    "name a case file, or give sex, height_cm and mass_kg under [person]",
                    "назовите файл случая или задайте sex, height_cm и mass_kg в [person]",
                ),
                ("discs", item) if item.is_table_like() => {
                    if let Some(table) = item.as_table_like() {
                        degenerated = self.discs(table);
                    }
                }
                ("hours", Item::ArrayOfTables(tables)) => {
                    has_hours = true;
                    for table in tables {
                        let line = self.line_at(table.span().map_or(0, |span| span.start));
                        written.extend(self.hours(table, line));
                    }
                }
                _ => {
                    let known = ["person", "discs", "hours"];
                    let near = nearest(key, known).map_or_else(|| "person, [discs], [[hours]]".to_owned(), str::to_owned);
                    self.refuse(
                        line,
                        key,
                        format!("a day has no \"{key}\" of this form; allowed: {near}"),
                        format!("в дне нет «{key}» такого вида; допустимо: {near}"),
                    );
                }
            }
        }
        if !has_hours {
            self.refuse(
                1,
                "hours",
                "the day has no hours; each begins with [[hours]]",
                "в дне нет часов; каждые начинаются с [[hours]]",
            );
        }
        // Times are only compared where all could be read.
        if !self.problems.is_empty() {
            return None;
        }
        let begins_min = written.first()?.from_min;
        Some(DayFile {
            file: file.to_owned(),
            whose,
            degenerated,
            begins_min,
            hours: self.in_order(written),
        })
    }

    /// Entries one after the other, 24 hours.
    fn in_order(&mut self, written: Vec<Written>) -> Vec<Hours> {
        let begins_min = written.first().map_or(0, |one| one.from_min);
        let since = |min: u32| (min + DAY_MIN - begins_min) % DAY_MIN;
        let starts: Vec<u32> = written.iter().map(|one| since(one.from_min)).collect();
        let mut hours: Vec<Hours> = Vec::new();
        let mut end_min = 0;
        for (at, one) in written.into_iter().enumerate() {
            let from_min = starts[at];
            let next_min = starts.get(at + 1).copied().unwrap_or(DAY_MIN);
            let to_min = match one.to_min {
                None => next_min,
                Some(to) => from_min + (to + DAY_MIN - one.from_min - 1) % DAY_MIN + 1,
            };
            if from_min < end_min || (at > 0 && from_min == 0) {
                let (from, end) = (clock(begins_min, from_min), clock(begins_min, end_min));
                self.refuse(
                    one.line,
                    "hours",
                    format!("these hours begin at {from}, but the ones before them end at {end}: they overlap"),
                    format!("эти часы начинаются в {from}, а предыдущие кончаются в {end}: они перекрываются"),
                );
            } else if from_min > end_min {
                let (end, from) = (clock(begins_min, end_min), clock(begins_min, from_min));
                self.refuse(
                    one.line,
                    "hours",
                    format!("nothing is said of the time from {end} to {from}"),
                    format!("о времени с {end} до {from} ничего не сказано"),
                );
            }
            if to_min > DAY_MIN || to_min <= from_min {
                let begin = clock(begins_min, 0);
                self.refuse(
                    one.to_line,
                    "to",
                    format!("these hours reach beyond {begin} of the next day, where the day began"),
                    format!("эти часы заходят за {begin} следующего дня, с которых день начался"),
                );
            }
            end_min = to_min;
            hours.push(Hours {
                from_min,
                to_min,
                activities: one.activities,
                line: one.line,
            });
        }
        if end_min < DAY_MIN && self.problems.is_empty() {
            let (end, begin) = (clock(begins_min, end_min), clock(begins_min, 0));
            let line = hours.last().map_or(1, |one| one.line);
            self.refuse(
                line,
                "hours",
                format!("nothing is said of the time from {end} to {begin}; a day has 24 hours"),
                format!("о времени с {end} до {begin} ничего не сказано; в сутках 24 часа"),
            );
        }
        hours
    }

    fn person(&mut self, table: &dyn TableLike) -> Whose {
        let mut answers = Answers::new();
        for (key, item) in table.iter() {
            let path = format!("person.{key}");
            let catalogue = self.known.catalogue;
            let read = match item.as_value() {
                Some(Value::String(text)) => catalogue.parse(&path, &[text.value()]),
                Some(Value::Integer(number)) => catalogue.from_json(&path, &serde_json::json!(number.value())),
                // What has no JSON form is refused by the text form, by name.
                Some(Value::Float(number)) => match serde_json::Number::from_f64(*number.value()) {
                    Some(number) => catalogue.from_json(&path, &serde_json::Value::Number(number)),
                    None => catalogue.parse(&path, &[&number.value().to_string()]),
                },
                Some(Value::Datetime(datetime)) => catalogue.parse(&path, &[&datetime.value().to_string()]),
                _ => catalogue.from_json(&path, &serde_json::json!({})),
            };
            match read {
                Ok(value) => answers.set(&path, value),
                Err(error) => {
                    let line = self.line_of(table, key, item);
                    let text = |lang| {
                        format!("{} {}", error.problem.get(lang), error.allowed.get(lang))
                            .trim_end()
                            .to_owned()
                    };
                    self.refuse(line, &path, text(Lang::En), text(Lang::Ru));
                }
            }
        }
        Whose::Inline(Box::new(answers))
    }

    fn discs(&mut self, table: &dyn TableLike) -> Vec<String> {
        let mut degenerated = Vec::new();
        for (key, item) in table.iter() {
            let line = self.line_of(table, key, item);
            let names: Option<Vec<&str>> = item
                .as_array()
                .filter(|_| key == "degenerated")
                .and_then(|list| list.iter().map(Value::as_str).collect());
            let Some(names) = names else {
                self.refuse(
                    line,
                    &format!("discs.{key}"),
                    "under [discs] stands degenerated = [\"L4-L5\"], a list of discs",
                    "в [discs] стоит degenerated = [\"L4-L5\"], список дисков",
                );
                continue;
            };
            for name in names {
                if DISCS.contains(&name) {
                    degenerated.push(name.to_owned());
                } else {
                    let near = nearest(name, DISCS).map_or_else(|| DISCS.join(", "), str::to_owned);
                    self.refuse(
                        line,
                        "discs.degenerated",
                        format!("there is no disc \"{name}\"; allowed: {near}"),
                        format!("диска «{name}» нет; допустимо: {near}"),
                    );
                }
            }
        }
        degenerated
    }

    fn hours(&mut self, table: &dyn TableLike, line: usize) -> Option<Written> {
        const KEYS: [&str; 8] = ["from", "to", "posture", "motion", "exercise", "mix", "hold_kg", "frequency_hz"];
        self.known_keys(table, &KEYS);
        let from_min = match table.get("from") {
            None => {
                self.refuse(
                    line,
                    "from",
                    "these hours do not say from when, such as from = \"07:00\"",
                    "не сказано, с какого времени, например from = \"07:00\"",
                );
                None
            }
            Some(item) => self.time(table, "from", item),
        };
        let to = table
            .get("to")
            .map(|item| (self.time(table, "to", item), self.line_of(table, "to", item)));
        let activities = match table.get("mix") {
            None => self.activity(table, line).map(|activity| vec![(activity, 1.0)]),
            Some(mix) => {
                let mix_line = self.line_of(table, "mix", mix);
                self.mix(table, mix, mix_line)
            }
        };
        Some(Written {
            from_min: from_min?,
            to_min: match to {
                None => None,
                Some((to, _)) => Some(to?),
            },
            to_line: to.map_or(line, |(_, line)| line),
            activities: activities?,
            line,
        })
    }

    /// Several activities that take turns.
    fn mix(&mut self, table: &dyn TableLike, mix: &Item, line: usize) -> Option<Vec<(Activity, f64)>> {
        if ["posture", "motion", "exercise", "hold_kg", "frequency_hz"]
            .iter()
            .any(|key| table.contains_key(key))
        {
            self.refuse(
                line,
                "mix",
                "what is done stands either in mix or beside it, not both",
                "что делается, стоит либо в mix, либо рядом, не там и там",
            );
            return None;
        }
        let parts: Option<Vec<&dyn TableLike>> = mix.as_array().and_then(|list| {
            list.iter()
                .map(|part| part.as_inline_table().map(|part| part as &dyn TableLike))
                .collect()
        });
        let Some(parts) = parts.filter(|parts| !parts.is_empty()) else {
            self.refuse(
                line,
                "mix",
                "a mix is a list such as [{ motion = \"walking\", share = 0.4 }, { posture = \"standing-relaxed\", share = 0.6 }]",
                "mix — это список, например [{ motion = \"walking\", share = 0.4 }, { posture = \"standing-relaxed\", share = 0.6 }]",
            );
            return None;
        };
        let mut activities = Vec::new();
        for part in parts {
            const KEYS: [&str; 6] = ["posture", "motion", "exercise", "hold_kg", "frequency_hz", "share"];
            self.known_keys(part, &KEYS);
            let share = match part.get("share") {
                Some(item) => self.number(part, "share", item, &(0.0..1.0), ""),
                None => {
                    self.refuse(
                        line,
                        "mix.share",
                        "each part of a mix has a share of the time",
                        "у каждой части mix есть доля времени share",
                    );
                    None
                }
            };
            if let (Some(activity), Some(share)) = (self.activity(part, line), share) {
                activities.push((activity, share));
            }
        }
        let sum: f64 = activities.iter().map(|(_, share)| share).sum();
        if self.problems.is_empty() && (sum - 1.0).abs() > 1e-6 {
            self.refuse(
                line,
                "mix",
                format!("the shares add up to {sum}; they must add up to 1"),
                format!("доли дают в сумме {sum}; должно быть 1"),
            );
        }
        // To the last digit.
        activities.iter_mut().for_each(|(_, share)| *share /= sum);
        Some(activities)
    }

    fn activity(&mut self, table: &dyn TableLike, line: usize) -> Option<Activity> {
        let named: Vec<(&str, &Item)> = ["posture", "motion", "exercise"]
            .into_iter()
            .filter_map(|key| table.get(key).map(|item| (key, item)))
            .collect();
        let [(key, item)] = named[..] else {
            self.refuse(
                line,
                "hours",
                "say what is done with one of posture, motion, exercise or mix",
                "скажите, что делается, одним из posture, motion, exercise или mix",
            );
            return None;
        };
        let line = self.line_of(table, key, item);
        let Some(id) = item.as_str() else {
            self.refuse(line, key, "this is an id in quotes", "это id в кавычках");
            return None;
        };
        let doing = self.doing(key, id, line);
        let hold_kg = match table.get("hold_kg") {
            None => Some(0.0),
            Some(item) => self.number(table, "hold_kg", item, &HOLD_KG, " kg"),
        };
        let frequency_hz = match table.get("frequency_hz") {
            None => Some(None),
            Some(item) => self.number(table, "frequency_hz", item, &FREQUENCY_HZ, " Hz").map(Some),
        };
        Some(Activity {
            doing: doing?,
            hold_kg: hold_kg?,
            frequency_hz: frequency_hz?,
            line,
        })
    }

    fn doing(&mut self, key: &str, id: &str, line: usize) -> Option<Doing> {
        let Known { library, knowledge, .. } = self.known;
        let ids: Vec<&str> = match key {
            "posture" => library.posture_ids().collect(),
            "motion" => library.motion_ids().collect(),
            _ => knowledge.exercises.keys().map(String::as_str).collect(),
        };
        if !ids.contains(&id) {
            let (mut en, mut ru) = match key {
                "posture" => (format!("there is no posture \"{id}\""), format!("позы «{id}» нет")),
                "motion" => (format!("there is no motion \"{id}\""), format!("движения «{id}» нет")),
                _ => (format!("there is no exercise \"{id}\""), format!("упражнения «{id}» нет")),
            };
            if let Some(near) = nearest(id, ids.iter().copied()) {
                en.push_str(&format!("; the nearest is \"{near}\""));
                ru.push_str(&format!("; ближайшее — «{near}»"));
            } else {
                en.push_str("; `keel loads --list` and `keel exercises list` show all");
                ru.push_str("; все покажут `keel loads --list` и `keel exercises list`");
            }
            self.refuse(line, key, en, ru);
            return None;
        }
        match key {
            "posture" => Some(Doing::Posture(id.to_owned())),
            "motion" => Some(Doing::Motion(id.to_owned())),
            _ => match knowledge.exercises.get(id).and_then(|exercise| exercise.shown()) {
                Some(Shown::Posture(id)) => Some(Doing::Posture(id.to_owned())),
                Some(Shown::Motion(id)) => Some(Doing::Motion(id.to_owned())),
                Some(Shown::NotComputed(why)) => {
                    self.refuse(
                        line,
                        key,
                        format!("{id}: {}", why.get(Lang::En)),
                        format!("{id}: {}", why.get(Lang::Ru)),
                    );
                    None
                }
                None => {
                    self.refuse(line, key, format!("{id} is not computed"), format!("{id} не вычисляется"));
                    None
                }
            },
        }
    }

    fn known_keys(&mut self, table: &dyn TableLike, keys: &[&str]) {
        for (key, item) in table.iter() {
            if !keys.contains(&key) {
                let line = self.line_of(table, key, item);
                let near = nearest(key, keys.iter().copied()).map_or_else(|| keys.join(", "), str::to_owned);
                self.refuse(
                    line,
                    key,
                    format!("there is no \"{key}\" here; allowed: {near}"),
                    format!("«{key}» здесь нет; допустимо: {near}"),
                );
            }
        }
    }

    /// Minutes from midnight of `"07:30"` or 07:30:00.
    fn time(&mut self, table: &dyn TableLike, key: &str, item: &Item) -> Option<u32> {
        let text = item
            .as_str()
            .map(str::to_owned)
            .or_else(|| item.as_datetime().map(ToString::to_string))
            .unwrap_or_default();
        let mut parts = text.split(':');
        let mut number = |limit: u32| {
            parts
                .next()
                .filter(|part| part.len() == 2)?
                .parse::<u32>()
                .ok()
                .filter(|n| *n < limit)
        };
        let found = number(24).and_then(|hour| Some(60 * hour + number(60)?));
        let rest: Vec<&str> = parts.collect();
        if let Some(minutes) = found.filter(|_| rest.is_empty() || rest == ["00"]) {
            return Some(minutes);
        }
        let line = self.line_of(table, key, item);
        let shown = item.to_string().trim().to_owned();
        self.refuse(
            line,
            key,
            format!("{shown} is no time of day, such as \"07:30\""),
            format!("{shown} — не время суток, например \"07:30\""),
        );
        None
    }

    fn number(&mut self, table: &dyn TableLike, key: &str, item: &Item, limits: &Range<f64>, unit: &str) -> Option<f64> {
        let value = item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64));
        let Range { start, end } = *limits;
        if let Some(value) = value.filter(|value| (start..=end).contains(value)) {
            return Some(value);
        }
        let line = self.line_of(table, key, item);
        let shown = item.to_string().trim().to_owned();
        self.refuse(
            line,
            key,
            format!("{shown}{unit} is out of its limits: a number from {start} to {end}{unit}"),
            format!("{shown}{unit} вне пределов: число от {start} до {end}{unit}"),
        );
        None
    }

    fn refuse(&mut self, line: usize, path: &str, en: impl Into<String>, ru: impl Into<String>) {
        self.problems.push(DayProblem {
            line,
            path: path.to_owned(),
            text: Text {
                en: en.into(),
                ru: ru.into(),
            },
        });
    }

    fn line_of(&self, table: &dyn TableLike, key: &str, item: &Item) -> usize {
        let span = table.key(key).and_then(Key::span).or_else(|| item.span());
        span.map_or(1, |span| self.line_at(span.start))
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// A time of day: so many minutes after the day began.
pub(crate) fn clock(begins_min: u32, after_min: u32) -> String {
    let minutes = (begins_min + after_min) % DAY_MIN;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Activities of a day, each once.
pub(crate) fn activities(days: &[DayFile]) -> BTreeMap<(Doing, u64), &Activity> {
    let all = days.iter().flat_map(|day| &day.hours).flat_map(|hours| &hours.activities);
    all.map(|(activity, _)| ((activity.doing.clone(), activity.hold_kg.to_bits()), activity))
        .collect()
}
