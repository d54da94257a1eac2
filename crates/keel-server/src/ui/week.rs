//! The week: a table where there is room, a list of days on a phone. Class `week`.

use maud::{Markup, html};

use crate::ui::icon;

/// A day of the week.
pub(crate) struct Day<'a> {
    pub(crate) name: &'a str,
    /// The word for today, on the day it is.
    pub(crate) today: Option<&'a str>,
    /// One cell for each column; empty where nothing is planned.
    pub(crate) cells: Vec<Vec<Slot<'a>>>,
}

/// Something at a time of the day.
pub(crate) struct Slot<'a> {
    pub(crate) time: &'a str,
    pub(crate) what: &'a str,
    pub(crate) href: Option<&'a str>,
    /// The word for done, once it is.
    pub(crate) done: Option<&'a str>,
}

/// The week under these columns (morning, midday, evening).
pub(crate) fn week(caption: &str, columns: &[&str], days: &[Day<'_>]) -> Markup {
    html! {
        table.week role="table" {
            caption { (caption) }
            thead role="rowgroup" { tr role="row" { td role="cell" {} @for column in columns { th scope="col" role="columnheader" { (column) } } } }
            tbody role="rowgroup" {
                @for day in days {
                    tr role="row" data-today[day.today.is_some()] {
                        th scope="row" role="rowheader" { (day.name) @if let Some(today) = day.today { " " span.week-today { (today) } } }
                        @for (column, cell) in columns.iter().zip(&day.cells) {
                            td role="cell" data-column=(column) data-empty[cell.is_empty()] { @for slot in cell { (slot_in_day(slot)) } }
                        }
                    }
                }
            }
        }
    }
}

fn slot_in_day(slot: &Slot<'_>) -> Markup {
    let inside = html! {
        span.slot-time {
            @if let Some(done) = slot.done { span.slot-done { (icon::check()) span.hidden { (done) " " } } }
            (slot.time)
        }
        " "
        span.slot-what { (slot.what) }
    };
    html! {
        @match slot.href {
            Some(href) => a.slot href=(href) { (inside) },
            None => span.slot { (inside) },
        }
    }
}
