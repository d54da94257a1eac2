//! Charts: same input, same bytes; what is no number is refused; names are cut where they have no room.

use keel_figure::{Chart, ChartColumn, ChartRow, ChartSpan, Curve, FigureError, Style, Theme, chart_png, chart_svg};

const STYLE: Style = Style {
    theme: Theme::Light,
    width_px: 800,
    height_px: 500,
};

fn chart() -> Chart {
    let column = |title: &str| ChartColumn {
        title: title.to_owned(),
        along: (0.0, 24.0),
        ticks: vec![(6.0, "06:00".to_owned()), (18.0, "18:00".to_owned())],
        spans: vec![
            ChartSpan {
                from: 0.0,
                to: 23.5,
                level: 0.2,
                label: "sitting at a desk".to_owned(),
            },
            ChartSpan {
                from: 23.5,
                to: 24.0,
                level: 0.9,
                label: "running for the bus".to_owned(),
            },
        ],
    };
    let curve = |name: &str, height: f64| Curve {
        name: name.to_owned(),
        points: (0..=24).map(|hour| (f64::from(hour), height + f64::from(hour % 5))).collect(),
    };
    Chart {
        title: "A day <and> another".to_owned(),
        notes: vec!["a note".to_owned()],
        columns: vec![column("one"), column("two")],
        rows: vec![ChartRow {
            title: "height, mm".to_owned(),
            panels: vec![
                vec![curve("front", 10.0), curve("back", 8.0)],
                vec![curve("front", 11.0), curve("back", 9.0)],
            ],
        }],
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let svg = chart_svg(&chart(), &STYLE).expect("a chart");
    assert_eq!(svg, chart_svg(&chart(), &STYLE).expect("a chart"));
    assert!(svg.contains("A day &lt;and&gt; another") && svg.matches(r#"class="curve""#).count() >= 4);
    let png = chart_png(&chart(), &STYLE).expect("a chart");
    assert!(png.starts_with(b"\x89PNG") && png == chart_png(&chart(), &STYLE).expect("a chart"));
}

#[test]
fn a_name_is_written_where_it_has_room() {
    let svg = chart_svg(&chart(), &STYLE).expect("a chart");
    assert!(svg.contains("sitting at a desk") && !svg.contains("running"));
    assert!(svg.contains("06:00") && svg.contains("front"));
}

#[test]
fn a_row_has_one_scale() {
    let mut level = chart();
    // A level curve has a scale too.
    level.rows[0].panels = vec![
        vec![Curve {
            name: String::new(),
            points: vec![(0.0, 3.0), (24.0, 3.0)],
        }];
        2
    ];
    chart_svg(&level, &STYLE).expect("a chart");
}

#[test]
fn what_is_no_number_is_refused() {
    let refused = |change: &dyn Fn(&mut Chart)| {
        let mut wrong = chart();
        change(&mut wrong);
        assert!(chart_svg(&wrong, &STYLE).is_err());
        chart_png(&wrong, &STYLE).expect_err("it is refused")
    };
    refused(&|chart| chart.rows[0].panels[0][0].points[3].1 = f64::NAN);
    refused(&|chart| chart.rows[0].panels[0][0].points[3].0 = f64::INFINITY);
    refused(&|chart| chart.columns[0].along = (3.0, 3.0));
    refused(&|chart| chart.columns[1].spans[0].to = 25.0);
    refused(&|chart| chart.columns[1].ticks[0].0 = f64::NAN);
    refused(&|chart| chart.rows[0].panels.truncate(1));
    assert!(matches!(refused(&|chart| chart.rows.clear()), FigureError::NoScene));
    let small = Style { width_px: 10, ..STYLE };
    assert!(matches!(chart_svg(&chart(), &small), Err(FigureError::Size { .. })));
}
