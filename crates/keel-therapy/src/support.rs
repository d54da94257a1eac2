//! Yellow flags: what worries, burdens or discourages a person changes the support that is offered. It never opens or closes an exercise.

use keel_knowledge::{Record, Support, SupportRule, Truth};

use crate::facts::PersonFacts;

/// A yellow flag that holds.
#[derive(Clone, Debug)]
pub struct Supported<'k> {
    /// The rule.
    pub rule: &'k Record<SupportRule>,
    /// Facts it stands on.
    pub facts: Vec<String>,
}

/// Yellow flags that hold, and the support they ask for together: the most that any of them asks for.
pub fn support<'k>(facts: &PersonFacts<'k>) -> (Support, Vec<Supported<'k>>) {
    let mut rules: Vec<&'k Record<SupportRule>> = facts.knowledge().support_rules.values().collect();
    rules.sort_by_key(|rule| rule.order);
    let holds = |rule: &'k Record<SupportRule>| {
        let verdict = rule.when.evaluate(facts);
        (verdict.truth == Truth::Yes).then(|| Supported {
            rule,
            facts: verdict.because.into_iter().collect(),
        })
    };
    let flags: Vec<Supported<'k>> = rules.into_iter().filter_map(holds).collect();
    let most = flags.iter().map(|flag| flag.rule.support).max().unwrap_or(Support::Low);
    (most, flags)
}
