//! The parts that pages are made of, as HTML. How they look stands in `web/styles`; each part names its class.
//!
//! A part gets finished texts: it knows no question, no rule and no message id. Everything it shows works without scripts.

pub(crate) mod body_map;
pub(crate) mod exercise;
pub(crate) mod fields;
pub(crate) mod icon;
pub(crate) mod notice;
pub(crate) mod shell;
pub(crate) mod steps;
pub(crate) mod week;
