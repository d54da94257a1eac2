fn main() {
    let k = keel_knowledge::Knowledge::read_unsealed(keel_knowledge::embedded_files())
        .map_err(|(d, _)| d.iter().map(|d| d.to_string()).collect::<Vec<_>>().join("\n"))
        .unwrap_or_else(|e| panic!("{e}"));
    for d in keel_knowledge::lint(&k) {
        println!("{d}");
    }
    let c = keel_therapy::Catalogue::new(&k);
    for f in std::env::args().skip(1) {
        let t = std::fs::read_to_string(&f).unwrap();
        let case = keel_therapy::read_case(&f, &t, &c).unwrap_or_else(|e| panic!("{e}"));
        let d = case.date.unwrap_or(jiff::civil::date(2026, 11, 24));
        let t0 = std::time::Instant::now();
        let p = keel_therapy::plan(&k, &c, &case.answers, d).unwrap();
        println!("{f}: {:?} {}", t0.elapsed(), p.triage.level);
        for b in &p.triage.because {
            println!(
                "   {} {:?} {} {}",
                b.level,
                b.ground,
                b.item,
                b.text.en.chars().take(100).collect::<String>()
            );
        }
        println!(
            "  stage {:?} irr {:?} dir {:?}",
            p.findings.stage.determined, p.findings.irritability.determined, p.findings.direction.determined
        );
        for m in &p.findings.muscles {
            println!("   {:?} {} {:?} <- {:?}", m.state, m.group, m.side, m.facts);
        }
        for m in &p.findings.medicines {
            println!("   MED {} {}", m.id, m.message.en);
        }
        println!("  todo {:?}", p.findings.to_do.iter().map(|t| &t.test).collect::<Vec<_>>());
        if let Some(pr) = &p.programme {
            for s in &pr.sessions {
                println!(
                    "  {} {} {}min: {}",
                    s.date,
                    s.start,
                    s.minutes(),
                    s.items
                        .iter()
                        .map(|i| format!("{}{}({}s)", i.exercise, if i.is_new { "*" } else { "" }, i.dose.duration_s()))
                        .collect::<Vec<_>>()
                        .join(" ")
                );
            }
            for g in pr.gaps.iter().chain(&pr.notes) {
                println!("   ! {}", g.en);
            }
        }
        println!("  excluded {}", p.excluded.len());
        if std::env::var("V").is_ok() {
            for e in &p.excluded {
                println!(
                    "    {} {}",
                    e.exercise,
                    e.against
                        .iter()
                        .map(|a| format!("{}:{}", a.kind, a.code))
                        .collect::<Vec<_>>()
                        .join(" ")
                );
            }
        }
    }
}
