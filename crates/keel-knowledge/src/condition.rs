//! Conditions over a person's facts, as written in the knowledge files (`docs/knowledge-format.md`).
//!
//! Three-valued after Kleene: a condition is yes, no or *undetermined*, and a missing fact is never read as "no".
//! A verdict names the facts that decided it, so that every decision can show what it stood on.
//! This module knows the language, not the person: facts come through [`Facts`].

mod mutants;

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::Deserialize;

pub use mutants::Mutant;

/// What is known of one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact<'a> {
    /// Not asked, not answered, or answered "not sure".
    Unknown,
    /// The question cannot concern this person (pregnancy of a man): every comparison with it is "no".
    Inapplicable,
    /// A yes/no answer.
    Bool(bool),
    /// A number in the unit of its field.
    Number(f64),
    /// One choice, by id.
    Word(Cow<'a, str>),
    /// Several choices, by id.
    Words(Cow<'a, [String]>),
}

/// Where conditions find their facts.
pub trait Facts {
    /// The fact of this path; [`Fact::Unknown`] where there is none.
    fn fact(&self, path: &str) -> Fact<'_>;
}

/// Outcome of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// A fact that decides it is missing.
    Undetermined,
}

impl Truth {
    fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Undetermined => Truth::Undetermined,
        }
    }
}

/// A truth with the facts that decided it; for [`Truth::Undetermined`], the facts that are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub truth: Truth,
    /// Paths of the deciding facts, sorted.
    pub because: BTreeSet<String>,
}

/// A parsed condition.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Condition {
    source: String,
    node: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Constant(bool),
    Or(Vec<Node>),
    And(Vec<Node>),
    Not(Box<Node>),
    AtLeast(usize, Vec<Node>),
    Known(String),
    Holds(String),
    Compare { path: String, op: Op, right: Operand },
    In { path: String, words: Vec<String> },
    Has { path: String, word: String },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Number(f64),
    Word(String),
    /// `factor × fact`
    Scaled(f64, String),
}

/// What a condition asks of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use<'a> {
    /// That it is a yes/no answer.
    YesNo,
    /// That it is a number.
    Number,
    /// That it is a choice and can be this one.
    Word(&'a str),
    /// That it is a choice or a list and can be this one.
    OneOf(&'a str),
    /// That it is a list and can contain this.
    Item(&'a str),
}

/// Why a condition could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("condition “{source_text}”: {problem} (column {column})")]
pub struct ConditionError {
    source_text: String,
    problem: String,
    column: usize,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Names the column and what was expected there.
    pub fn parse(source: &str) -> Result<Condition, ConditionError> {
        let mut parser = Parser {
            source,
            tokens: tokenize(source)?,
            next: 0,
        };
        let node = parser.any()?;
        match parser.peek() {
            None => Ok(Condition {
                source: source.to_owned(),
                node,
            }),
            Some(token) => Err(parser.error(format!("“{}” is not expected here", token.text))),
        }
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Evaluates the condition over `facts`.
    pub fn evaluate(&self, facts: &dyn Facts) -> Verdict {
        self.node.evaluate(facts)
    }

    /// Every fact path it mentions.
    pub fn paths(&self) -> BTreeSet<&str> {
        let mut paths = BTreeSet::new();
        self.node.visit(&mut |node, _| {
            match node {
                Node::Known(path) | Node::Holds(path) | Node::In { path, .. } | Node::Has { path, .. } => {
                    paths.insert(path.as_str());
                }
                Node::Compare { path, right, .. } => {
                    paths.insert(path.as_str());
                    if let Operand::Scaled(_, other) = right {
                        paths.insert(other.as_str());
                    }
                }
                Node::Constant(_) | Node::Or(_) | Node::And(_) | Node::Not(_) | Node::AtLeast(..) => {}
            };
        });
        paths
    }

    /// Fact paths where a "yes" makes the condition less true: under an odd number of `not`, or compared with "no".
    pub fn negated_paths(&self) -> BTreeSet<&str> {
        let mut paths = BTreeSet::new();
        self.node.visit(&mut |node, negated| {
            let (path, wants_yes) = match node {
                Node::Holds(path) | Node::Known(path) => (path, true),
                Node::Compare {
                    path,
                    op,
                    right: Operand::Word(word),
                } => (path, (*op == Op::Equal) == (word == "yes")),
                Node::In { path, words } => (path, words.iter().any(|word| word == "yes")),
                _ => return,
            };
            if wants_yes == negated {
                paths.insert(path.as_str());
            }
        });
        paths
    }

    /// What it asks of each fact, for checking against the kind and the choices of its field.
    pub fn uses(&self) -> Vec<(&str, Use<'_>)> {
        let mut uses = Vec::new();
        self.node.visit(&mut |node, _| match node {
            Node::Holds(path) => uses.push((path.as_str(), Use::YesNo)),
            Node::Compare { path, right, .. } => match right {
                Operand::Word(word) => uses.push((path, Use::Word(word))),
                Operand::Number(_) => uses.push((path, Use::Number)),
                Operand::Scaled(_, other) => uses.extend([(path.as_str(), Use::Number), (other.as_str(), Use::Number)]),
            },
            Node::In { path, words } => uses.extend(words.iter().map(|word| (path.as_str(), Use::OneOf(word)))),
            Node::Has { path, word } => uses.push((path, Use::Item(word))),
            Node::Known(_) | Node::Constant(_) | Node::Or(_) | Node::And(_) | Node::Not(_) | Node::AtLeast(..) => {}
        });
        uses
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;

    fn try_from(source: String) -> Result<Condition, ConditionError> {
        Condition::parse(&source)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Node {
    fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Node, bool)) {
        fn walk<'a>(node: &'a Node, negated: bool, see: &mut dyn FnMut(&'a Node, bool)) {
            see(node, negated);
            match node {
                Node::Or(parts) | Node::And(parts) | Node::AtLeast(_, parts) => {
                    for part in parts {
                        walk(part, negated, see);
                    }
                }
                Node::Not(inner) => walk(inner, !negated, see),
                _ => {}
            }
        }
        walk(self, false, see);
    }

    fn evaluate(&self, facts: &dyn Facts) -> Verdict {
        match self {
            Node::Constant(holds) => Verdict {
                truth: Truth::of(*holds),
                because: BTreeSet::new(),
            },
            Node::Or(parts) => at_least(1, parts, facts),
            Node::And(parts) => at_least(parts.len(), parts, facts),
            Node::AtLeast(count, parts) => at_least(*count, parts, facts),
            Node::Not(inner) => {
                let verdict = inner.evaluate(facts);
                Verdict {
                    truth: verdict.truth.not(),
                    because: verdict.because,
                }
            }
            Node::Known(path) => leaf(path, Truth::of(facts.fact(path) != Fact::Unknown)),
            Node::Holds(path) => leaf(
                path,
                match facts.fact(path) {
                    Fact::Unknown => Truth::Undetermined,
                    Fact::Bool(holds) => Truth::of(holds),
                    Fact::Inapplicable => Truth::No,
                    // A number, choice or list where a yes/no was meant: the linter refuses it; never read as "no".
                    Fact::Number(_) | Fact::Word(_) | Fact::Words(_) => Truth::Undetermined,
                },
            ),
            Node::Compare { path, op, right } => compare(path, *op, right, facts),
            Node::In { path, words } => leaf(
                path,
                match facts.fact(path) {
                    Fact::Word(word) => Truth::of(words.iter().any(|one| *one == word)),
                    Fact::Words(list) => Truth::of(words.iter().any(|one| list.contains(one))),
                    Fact::Inapplicable => Truth::No,
                    Fact::Unknown | Fact::Bool(_) | Fact::Number(_) => Truth::Undetermined,
                },
            ),
            Node::Has { path, word } => leaf(
                path,
                match facts.fact(path) {
                    Fact::Words(list) => Truth::of(list.contains(word)),
                    Fact::Inapplicable => Truth::No,
                    Fact::Unknown | Fact::Bool(_) | Fact::Number(_) | Fact::Word(_) => Truth::Undetermined,
                },
            ),
        }
    }
}

fn leaf(path: &str, truth: Truth) -> Verdict {
    Verdict {
        truth,
        because: BTreeSet::from([path.to_owned()]),
    }
}

/// At least `count` of `parts`: yes as soon as enough hold, no as soon as too few can.
fn at_least(count: usize, parts: &[Node], facts: &dyn Facts) -> Verdict {
    let verdicts: Vec<Verdict> = parts.iter().map(|part| part.evaluate(facts)).collect();
    let number_of = |truth| verdicts.iter().filter(|verdict| verdict.truth == truth).count();
    let truth = if number_of(Truth::Yes) >= count {
        Truth::Yes
    } else if number_of(Truth::Yes) + number_of(Truth::Undetermined) < count {
        Truth::No
    } else {
        Truth::Undetermined
    };
    let because = verdicts
        .into_iter()
        .filter(|verdict| verdict.truth == truth)
        .flat_map(|verdict| verdict.because)
        .collect();
    Verdict { truth, because }
}

fn compare(path: &str, op: Op, right: &Operand, facts: &dyn Facts) -> Verdict {
    let mut because = BTreeSet::from([path.to_owned()]);
    let left = facts.fact(path);
    let number = match right {
        Operand::Number(number) => Some(*number),
        Operand::Word(_) => None,
        Operand::Scaled(factor, other) => {
            because.insert(other.clone());
            match facts.fact(other) {
                Fact::Number(number) => Some(factor * number),
                Fact::Inapplicable => {
                    return Verdict { truth: Truth::No, because };
                }
                _ => {
                    return Verdict {
                        truth: Truth::Undetermined,
                        because: BTreeSet::from([other.clone()]),
                    };
                }
            }
        }
    };
    let truth = match (&left, right, number) {
        (Fact::Inapplicable, _, _) => Truth::No,
        (Fact::Number(value), _, Some(limit)) => Truth::of(match op {
            Op::Equal => (value - limit).abs() < f64::EPSILON,
            Op::NotEqual => (value - limit).abs() >= f64::EPSILON,
            Op::Less => *value < limit,
            Op::LessOrEqual => *value <= limit,
            Op::Greater => *value > limit,
            Op::GreaterOrEqual => *value >= limit,
        }),
        (Fact::Word(word), Operand::Word(other), _) => match op {
            Op::Equal => Truth::of(word == other),
            Op::NotEqual => Truth::of(word != other),
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => Truth::Undetermined,
        },
        (Fact::Bool(holds), Operand::Word(other), _) => match (op, other.as_str()) {
            (Op::Equal, "yes") | (Op::NotEqual, "no") => Truth::of(*holds),
            (Op::Equal, "no") | (Op::NotEqual, "yes") => Truth::of(!holds),
            _ => Truth::Undetermined,
        },
        _ => Truth::Undetermined,
    };
    Verdict { truth, because }
}

struct Token {
    text: String,
    column: usize,
}

fn tokenize(source: &str) -> Result<Vec<Token>, ConditionError> {
    let mut tokens = Vec::new();
    let chars: Vec<char> = source.chars().collect();
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut start = 0;
    while start < chars.len() {
        let end = match chars[start] {
            c if c.is_whitespace() => {
                start += 1;
                continue;
            }
            '(' | ')' | ',' | '=' | '*' => start + 1,
            '<' | '>' => start + 1 + usize::from(chars.get(start + 1) == Some(&'=')),
            '!' if chars.get(start + 1) == Some(&'=') => start + 2,
            c if word(c) => start + chars[start..].iter().take_while(|c| word(**c)).count(),
            other => {
                return Err(ConditionError {
                    source_text: source.to_owned(),
                    problem: format!("“{other}” has no meaning in a condition"),
                    column: start + 1,
                });
            }
        };
        tokens.push(Token {
            text: chars[start..end].iter().collect(),
            column: start + 1,
        });
        start = end;
    }
    Ok(tokens)
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    next: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn error(&self, problem: String) -> ConditionError {
        let column = self.peek().map_or(self.source.chars().count() + 1, |token| token.column);
        ConditionError {
            source_text: self.source.to_owned(),
            problem,
            column,
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == text);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str) -> Result<(), ConditionError> {
        if self.take(text) {
            Ok(())
        } else {
            Err(self.error(format!("“{text}” is expected here")))
        }
    }

    fn any(&mut self) -> Result<Node, ConditionError> {
        let mut parts = vec![self.all()?];
        while self.take("or") {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Node::Or))
    }

    fn all(&mut self) -> Result<Node, ConditionError> {
        let mut parts = vec![self.negation()?];
        while self.take("and") {
            parts.push(self.negation()?);
        }
        Ok(single_or(parts, Node::And))
    }

    fn negation(&mut self) -> Result<Node, ConditionError> {
        if self.take("not") {
            Ok(Node::Not(Box::new(self.negation()?)))
        } else {
            self.atom()
        }
    }

    fn atom(&mut self) -> Result<Node, ConditionError> {
        if self.take("(") {
            let inner = self.any()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take("always") {
            return Ok(Node::Constant(true));
        }
        if self.take("never") {
            return Ok(Node::Constant(false));
        }
        if self.take("known") {
            self.expect("(")?;
            let path = self.path()?;
            self.expect(")")?;
            return Ok(Node::Known(path));
        }
        if let Some(count) = self.peek().and_then(|token| token.text.parse::<usize>().ok()) {
            self.next += 1;
            self.expect("of")?;
            self.expect("(")?;
            let mut parts = vec![self.any()?];
            while self.take(",") {
                parts.push(self.any()?);
            }
            self.expect(")")?;
            if count == 0 || count > parts.len() {
                return Err(self.error(format!("“{count} of” needs between 1 and {} conditions", parts.len())));
            }
            return Ok(Node::AtLeast(count, parts));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Node, ConditionError> {
        let path = self.path()?;
        if self.take("in") {
            self.expect("(")?;
            let mut words = vec![self.word()?];
            while self.take(",") {
                words.push(self.word()?);
            }
            self.expect(")")?;
            return Ok(Node::In { path, words });
        }
        if self.take("has") {
            return Ok(Node::Has { path, word: self.word()? });
        }
        let op = match self.peek().map(|token| token.text.as_str()) {
            Some("=") => Op::Equal,
            Some("!=") => Op::NotEqual,
            Some("<") => Op::Less,
            Some("<=") => Op::LessOrEqual,
            Some(">") => Op::Greater,
            Some(">=") => Op::GreaterOrEqual,
            _ => return Ok(Node::Holds(path)),
        };
        self.next += 1;
        Ok(Node::Compare {
            path,
            op,
            right: self.operand()?,
        })
    }

    fn operand(&mut self) -> Result<Operand, ConditionError> {
        let word = self.word()?;
        if let Ok(number) = word.parse::<f64>() {
            return Ok(if self.take("*") {
                Operand::Scaled(number, self.path()?)
            } else {
                Operand::Number(number)
            });
        }
        if !word.contains('.') {
            return Ok(Operand::Word(word));
        }
        if !self.take("*") {
            return Ok(Operand::Scaled(1.0, word));
        }
        let factor = self.word()?;
        match factor.parse() {
            Ok(factor) => Ok(Operand::Scaled(factor, word)),
            Err(_) => Err(self.error("a number is expected after “*”".to_owned())),
        }
    }

    fn word(&mut self) -> Result<String, ConditionError> {
        const KEYWORDS: [&str; 8] = ["and", "or", "not", "in", "has", "of", "always", "never"];
        match self.peek() {
            Some(token)
                if (token.text.starts_with(|c: char| c.is_ascii_alphanumeric()) || token.text.parse::<f64>().is_ok())
                    && !KEYWORDS.contains(&token.text.as_str()) =>
            {
                let word = token.text.clone();
                self.next += 1;
                Ok(word)
            }
            _ => Err(self.error("a fact, a word or a number is expected here".to_owned())),
        }
    }

    fn path(&mut self) -> Result<String, ConditionError> {
        let word = self.word()?;
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            self.next -= 1;
            return Err(self.error("a fact is expected here, not a number".to_owned()));
        }
        Ok(word)
    }
}

fn single_or(mut parts: Vec<Node>, wrap: fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => wrap(parts),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Given(BTreeMap<&'static str, Fact<'static>>);

    impl Facts for Given {
        fn fact(&self, path: &str) -> Fact<'_> {
            self.0.get(path).cloned().unwrap_or(Fact::Unknown)
        }
    }

    fn given() -> Given {
        Given(BTreeMap::from([
            ("yes", Fact::Bool(true)),
            ("no", Fact::Bool(false)),
            ("man.pregnant", Fact::Inapplicable),
            ("pain.leg", Fact::Number(6.0)),
            ("norm.x.low", Fact::Number(10.0)),
            ("person.sex", Fact::Word("female".into())),
            ("disc", Fact::Word("L5-S1".into())),
            ("have", Fact::Words(vec!["chair".to_owned(), "band".to_owned()].into())),
        ]))
    }

    #[track_caller]
    fn check(source: &str, truth: Truth, because: &str) {
        let verdict = Condition::parse(source).expect("parses").evaluate(&given());
        assert_eq!(verdict.truth, truth, "{source}");
        assert_eq!(
            verdict.because.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
            because,
            "{source}"
        );
    }

    #[test]
    fn kleene_logic_with_the_deciding_facts() {
        check("yes or missing", Truth::Yes, "yes");
        check("no and missing", Truth::No, "no");
        check("no or missing", Truth::Undetermined, "missing");
        check("yes and missing", Truth::Undetermined, "missing");
        check("not missing", Truth::Undetermined, "missing");
        check("not (no or no)", Truth::Yes, "no");
        check("2 of (yes, no, missing)", Truth::Undetermined, "missing");
        check("2 of (yes, no, pain.leg > 5)", Truth::Yes, "pain.leg yes");
        check("2 of (no, no, missing)", Truth::No, "no");
        check("known(missing) or known(yes)", Truth::Yes, "yes");
        check("man.pregnant", Truth::No, "man.pregnant");
        check("always", Truth::Yes, "");
    }

    #[test]
    fn comparisons() {
        check("pain.leg >= 6", Truth::Yes, "pain.leg");
        check("pain.leg < 0.5 * norm.x.low", Truth::No, "norm.x.low pain.leg");
        check("pain.leg < norm.x.low", Truth::Yes, "norm.x.low pain.leg");
        check("pain.leg < norm.y.low", Truth::Undetermined, "norm.y.low");
        check("person.sex = female and disc != L4-L5", Truth::Yes, "disc person.sex");
        check("disc in (L5-S1, L4-L5)", Truth::Yes, "disc");
        check("have has band and not have has mat", Truth::Yes, "have");
        check("yes = no", Truth::No, "yes");
        check("not man.weeks < 20 and man.pregnant", Truth::No, "man.pregnant");
    }

    #[test]
    fn unreadable_conditions_say_where() {
        for (source, column) in [
            ("", 1),
            ("a and", 6),
            ("(a", 3),
            ("3 of (a, b)", 12),
            ("a ~ b", 3),
            ("a b", 3),
            ("5 < a", 3),
        ] {
            let error = Condition::parse(source).expect_err(source);
            assert_eq!(error.column, column, "{error}");
        }
    }

    #[test]
    fn a_type_that_does_not_fit_is_never_no() {
        check("pain.leg", Truth::Undetermined, "pain.leg");
        check("pain.leg = female", Truth::Undetermined, "pain.leg");
        check("person.sex > 3", Truth::Undetermined, "person.sex");
    }

    #[test]
    fn negated_answers_are_found() {
        let condition = Condition::parse("not (answers.A or not answers.B) and answers.C").expect("parses");
        assert_eq!(condition.negated_paths().into_iter().collect::<Vec<_>>(), ["answers.A"]);
        for (source, negated) in [
            ("answers.A = no", true),
            ("answers.A != yes", true),
            ("answers.A = yes", false),
            ("not answers.A = no", false),
            ("answers.A in (no)", true),
            ("not known(answers.A)", true),
            ("known(answers.A)", false),
        ] {
            let condition = Condition::parse(source).expect("parses");
            assert_eq!(!condition.negated_paths().is_empty(), negated, "{source}");
        }
        assert_eq!(condition.paths().len(), 3);
    }
}
