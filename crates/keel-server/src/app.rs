//! The state that all pages share, and the layers around them.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use keel_knowledge::Lang;
use keel_record::{Event, PersonId, Record};
use tokio::sync::OnceCell;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::answers::{NoQuestions, Questions};
use crate::clinic::Clinic;
use crate::guard::door::Door;
use crate::guard::hosts::Hosts;
use crate::guard::{door, headers, hosts, net};
use crate::problem::{self, Problem};
use crate::{Config, Error, answers, assets, language, log, pages};

/// Longest form, in bytes: many times the longest page.
const MAX_FORM: usize = 256 * 1024;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App(Arc<State>);

/// The parts of an [`App`].
pub(crate) struct State {
    pub(crate) record: Record,
    pub(crate) questions: Arc<dyn Questions>,
    clinic: Option<Arc<Clinic>>,
    pub(crate) door: Option<Door>,
    pub(crate) hosts: Hosts,
    pub(crate) behind_https: bool,
    /// The page under a panic, in each language.
    pub(crate) last_page: [String; 2],
    /// The one person of this installation.
    person: OnceCell<PersonId>,
}

impl std::ops::Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl App {
    pub(crate) fn new(config: &Config, hosts: Hosts, record: Record) -> Self {
        let clinic = config
            .knowledge
            .as_ref()
            .and_then(|knowledge| match Clinic::new(Arc::clone(knowledge)) {
                Ok(clinic) => Some(Arc::new(clinic)),
                Err(error) => {
                    log::failure("the body", &error);
                    None
                }
            });
        let questions: Arc<dyn Questions> = match &clinic {
            Some(clinic) => Arc::<Clinic>::clone(clinic),
            None => Arc::new(NoQuestions),
        };
        Self(Arc::new(State {
            record,
            questions,
            clinic,
            door: config.password.clone().map(Door::new),
            hosts,
            behind_https: config.behind_https,
            last_page: Lang::ALL.map(pages::problem::last_page),
            person: OnceCell::new(),
        }))
    }

    /// The person of this installation; at the first call on an empty record, a new one.
    pub(crate) async fn person(&self) -> Result<&PersonId, Problem> {
        self.person
            .get_or_try_init(|| async {
                if let Some(first) = self.record.persons().await?.into_iter().next() {
                    return Ok(first);
                }
                let mut random = [0; 8];
                getrandom::fill(&mut random).map_err(Error::Random)?;
                let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
                let person = PersonId::new(id)?;
                self.record.append(&person, self.now(), &[Event::PersonStarted]).await?;
                Ok(person)
            })
            .await
    }

    /// The clinic; without readable knowledge a page that says so and shows the emergency card.
    pub(crate) fn clinic(&self) -> Result<&Clinic, Problem> {
        self.clinic.as_deref().ok_or_else(Problem::locked)
    }

    /// The clinic for work on another thread.
    pub(crate) fn shared_clinic(&self) -> Result<Arc<Clinic>, Problem> {
        self.clinic.clone().ok_or_else(Problem::locked)
    }

    /// The day of the person, where this machine is.
    pub(crate) fn today(&self) -> Date {
        ZonedDateTime::now().date()
    }

    /// The one place where this crate looks at the clock for the record.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// All pages with the layers around them; the last one added meets a request first.
    pub(crate) fn router(&self) -> Router {
        let from_app = || self.clone();
        Router::new()
            .merge(pages::routes())
            .merge(answers::routes())
            .merge(language::routes())
            .merge(assets::routes())
            .fallback(async || Problem::not_found())
            .layer(middleware::from_fn_with_state(from_app(), door::guard))
            .layer(DefaultBodyLimit::max(MAX_FORM))
            .layer(CsrfLayer::new().with_rejection_response(other_site))
            .layer(middleware::from_fn_with_state(from_app(), hosts::check))
            .layer(middleware::from_fn_with_state(from_app(), problem::present))
            .layer(middleware::from_fn_with_state(from_app(), net::catch))
            .layer(middleware::from_fn_with_state(from_app(), headers::say))
            .with_state(self.clone())
    }
}

fn other_site(_: ProtectionError) -> Response {
    Problem::other_site().into_response()
}

#[cfg(test)]
mod again;
#[cfg(test)]
mod tests;
