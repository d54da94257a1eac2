//! Keel's therapy seen from outside: what a person tells, what they are given, and what must never happen.

mod beside;
mod cards;
mod case_files;
mod examples;
mod locked;
mod morning;
mod people;
mod properties;
mod vignettes;
