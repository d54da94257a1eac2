//! The app in the browser: pages, forms, JSON.
//!
//! [`serve`] opens the record, binds the address and answers until it is told to stop. By default it listens on this machine only; on any
//! other address it asks for a password. Everything a page needs (styles, scripts, pictures) is in the program, and nothing is ever
//! fetched from elsewhere. Every form works without scripts.
//!
//! The layers around each page, from the outside in: security headers; a net for panics, under which the emergency card still shows;
//! one form for every failure; only known host names; no writes on behalf of other sites; the password, where there is one.
//!
//! This crate decides nothing about therapy, and it never logs an answer, a name or a path that a person asked for.

mod answers;
mod app;
mod assets;
mod clinic;
mod config;
mod error;
mod guard;
mod language;
mod log;
mod pages;
mod problem;
mod serve;
mod ui;
mod words;

pub use config::{Config, Password};
pub use error::Error;
pub use serve::{Opened, Server, serve};
