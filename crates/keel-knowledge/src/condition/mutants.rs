//! Conditions with one threshold moved: what tells whether the people of a rule hold its limits.
//!
//! A number goes up and down by its own step, a comparison gains or loses its equality, "at least n of" asks for one more or one less.

use super::{Condition, Node, Op, Operand};

/// A condition that differs from another in one threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// What was changed, in words of the condition.
    pub what: String,
    /// The changed condition; its source is that of the original.
    pub condition: Condition,
}

/// Step of a factor, as a share of it: the finest limits of the rules are a quarter apart from each other.
const FACTOR_STEP: f64 = 0.1;

impl Condition {
    /// The condition with each of its thresholds moved, one at a time.
    pub fn threshold_mutants(&self) -> Vec<Mutant> {
        changed(&self.node)
            .into_iter()
            .map(|(what, node)| Mutant {
                what,
                condition: Condition {
                    source: self.source.clone(),
                    node,
                },
            })
            .collect()
    }
}

/// All versions of a node with one change inside.
fn changed(node: &Node) -> Vec<(String, Node)> {
    match node {
        Node::Or(parts) => in_parts(parts, Node::Or),
        Node::And(parts) => in_parts(parts, Node::And),
        Node::AtLeast(count, parts) => {
            let mut all = in_parts(parts, |parts| Node::AtLeast(*count, parts));
            for other in [count - 1, count + 1] {
                if (1..=parts.len()).contains(&other) {
                    all.push((format!("{count} of → {other} of"), Node::AtLeast(other, parts.clone())));
                }
            }
            all
        }
        Node::Not(inner) => changed(inner)
            .into_iter()
            .map(|(what, inner)| (what, Node::Not(Box::new(inner))))
            .collect(),
        Node::Compare { path, op, right } => compared(path, *op, right),
        Node::Constant(_) | Node::Known(_) | Node::Holds(_) | Node::In { .. } | Node::Has { .. } => Vec::new(),
    }
}

fn in_parts(parts: &[Node], whole: impl Fn(Vec<Node>) -> Node) -> Vec<(String, Node)> {
    let mut all = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        for (what, part) in changed(part) {
            let mut parts = parts.to_vec();
            parts[index] = part;
            all.push((what, whole(parts)));
        }
    }
    all
}

fn compared(path: &str, op: Op, right: &Operand) -> Vec<(String, Node)> {
    let with = |op: Op, right: Operand| Node::Compare {
        path: path.to_owned(),
        op,
        right,
    };
    let mut all = Vec::new();
    let other = match op {
        Op::Less => Some((Op::LessOrEqual, "< → <=")),
        Op::LessOrEqual => Some((Op::Less, "<= → <")),
        Op::Greater => Some((Op::GreaterOrEqual, "> → >=")),
        Op::GreaterOrEqual => Some((Op::Greater, ">= → >")),
        Op::Equal | Op::NotEqual => None,
    };
    if let (Some((op, what)), Operand::Number(_)) = (other, right) {
        all.push((format!("{path}: {what}"), with(op, right.clone())));
    }
    match right {
        Operand::Number(limit) => {
            for moved in [limit - step(*limit), limit + step(*limit)] {
                all.push((format!("{path}: {limit} → {moved}"), with(op, Operand::Number(moved))));
            }
        }
        Operand::Scaled(factor, fact) => {
            for moved in [factor * (1.0 - FACTOR_STEP), factor * (1.0 + FACTOR_STEP)] {
                all.push((
                    format!("{path}: {factor} * {fact} → {moved:.3} * {fact}"),
                    with(op, Operand::Scaled(moved, fact.clone())),
                ));
            }
        }
        Operand::Word(_) => {}
    }
    all
}

/// One for a whole number, the last decimal for any other.
fn step(limit: f64) -> f64 {
    let mut step = 1.0;
    let mut scaled = limit;
    while (scaled - scaled.round()).abs() > 1e-9 && step > 1e-6 {
        step /= 10.0;
        scaled = limit / step;
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let condition = Condition::parse(source).expect("a condition");
        let changes: Vec<String> = condition.threshold_mutants().into_iter().map(|mutant| mutant.what).collect();
        assert_eq!(changes, expected);
    }

    #[test]
    fn each_threshold_is_moved_once_to_either_side() {
        check(
            "age_years >= 75",
            &["age_years: >= → >", "age_years: 75 → 74", "age_years: 75 → 76"],
        );
        check(
            "not (a.b < 0.5 * norm.t.s)",
            &["a.b: 0.5 * norm.t.s → 0.450 * norm.t.s", "a.b: 0.5 * norm.t.s → 0.550 * norm.t.s"],
        );
        check("2 of (a.b, a.c, a.d)", &["2 of → 1 of", "2 of → 3 of"]);
        check("a.b = yes and a.c in (x, y) and known(a.d)", &[]);
        check("a.b < 1.5", &["a.b: < → <=", "a.b: 1.5 → 1.4", "a.b: 1.5 → 1.6"]);
    }
}
