//! Records of one kind, unpacked when they are first looked at.

use std::{
    collections::{BTreeMap, btree_map},
    fmt,
    ops::{Deref, DerefMut},
    sync::LazyLock,
};

use crate::Record;

/// Records of one kind by id, sorted.
///
/// Of the knowledge that is part of the program most kinds are never asked for in one run: whether exercise is safe today takes no
/// questionnaires with a score and no belts. They stay packed until then.
pub struct Records<T>(LazyLock<ById<T>, Box<dyn FnOnce() -> ById<T> + Send>>);

type ById<T> = BTreeMap<String, Record<T>>;

impl<T> Records<T> {
    /// Records that are unpacked when they are first looked at.
    pub(crate) fn later(unpack: impl FnOnce() -> ById<T> + Send + 'static) -> Records<T> {
        Records(LazyLock::new(Box::new(unpack)))
    }
}

impl<T: Send + 'static> From<ById<T>> for Records<T> {
    fn from(records: ById<T>) -> Records<T> {
        let records = Records::later(move || records);
        LazyLock::force(&records.0);
        records
    }
}

impl<T> Deref for Records<T> {
    type Target = ById<T>;

    fn deref(&self) -> &ById<T> {
        &self.0
    }
}

impl<T> DerefMut for Records<T> {
    fn deref_mut(&mut self) -> &mut ById<T> {
        &mut self.0
    }
}

impl<'a, T> IntoIterator for &'a Records<T> {
    type Item = (&'a String, &'a Record<T>);
    type IntoIter = btree_map::Iter<'a, String, Record<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
