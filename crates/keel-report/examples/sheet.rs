//! Sets a sheet written as JSON: `cargo run -p keel-report --example sheet -- tests/sheets/programme-ru.json out.pdf`.
//!
//! A JSON with `urgency` is a safety sheet, any other a programme. Says how long it took and how large the file is.

use std::time::Instant;

use keel_report::{SafetySheet, Sheet, programme_pdf, safety_pdf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(json), Some(pdf)) = (args.next(), args.next()) else {
        return Err("usage: sheet SHEET.json OUT.pdf [TIMES]".into());
    };
    let times: usize = args.next().map_or(Ok(1), |times| times.parse())?;
    let json = std::fs::read_to_string(json)?;
    let is_safety = serde_json::from_str::<serde_json::Value>(&json)?.get("urgency").is_some();
    for _ in 0..times {
        let start = Instant::now();
        let bytes = if is_safety {
            safety_pdf(&serde_json::from_str::<SafetySheet>(&json)?)?
        } else {
            programme_pdf(&serde_json::from_str::<Sheet>(&json)?)?
        };
        println!("{:.0} ms, {} kB", start.elapsed().as_secs_f64() * 1e3, bytes.len() / 1000);
        std::fs::write(&pdf, bytes)?;
    }
    Ok(())
}
