//! Pictures of small scenes: what is in them, that they repeat, and what is refused.

use glam::DVec3;
use keel_figure::{
    ContactArrow, DiscMark, FigureError, HeldBox, Limb, MuscleLine, Part, Scene, Style, Support, SupportKind, Theme, Tone, View, animation,
    animation_svg, png, strip, svg,
};

const SMALL: Style = Style {
    theme: Theme::Light,
    width_px: 300,
    height_px: 360,
};
const VIEWS: [View; 6] = [
    View::SideRight,
    View::SideLeft,
    View::Front,
    View::Back,
    View::ThreeQuarter,
    View::Top,
];

fn limb(from_m: [f64; 3], to_m: [f64; 3], tone: Tone, part: Part) -> Limb {
    Limb {
        from_m: from_m.into(),
        to_m: to_m.into(),
        radius_from_m: 0.09,
        radius_to_m: 0.06,
        tone,
        part,
    }
}

/// A trunk on two legs, with one of everything.
fn small() -> Scene {
    Scene {
        limbs: vec![
            limb([0.0, 0.6, 0.0], [0.0, 1.2, 0.0], Tone::Clothing, Part::Trunk),
            limb([0.0, 0.6, 0.1], [0.0, 0.06, 0.1], Tone::Skin, Part::RightLeg),
            limb([0.0, 0.6, -0.1], [0.0, 0.06, -0.1], Tone::Skin, Part::LeftLeg),
            Limb {
                radius_from_m: 0.02,
                radius_to_m: 0.02,
                ..limb([0.0, 0.7, 0.0], [0.0, 1.0, 0.0], Tone::Bone, Part::Trunk)
            },
        ],
        muscles: vec![MuscleLine {
            points_m: vec![DVec3::new(-0.06, 0.6, 0.0), DVec3::new(-0.06, 1.1, 0.0)],
            activation: 0.7,
            width_m: 0.03,
        }],
        discs: vec![DiscMark {
            centre_m: DVec3::new(0.0, 0.8, 0.0),
            axis: DVec3::Y,
            radius_m: 0.02,
            text: vec!["L5 < S1".to_owned(), "1000 Н".to_owned()],
            level: 0.6,
        }],
        supports: vec![Support {
            centre_m: DVec3::ZERO,
            normal: DVec3::Y,
            size_m: (2.0, 2.0),
            kind: SupportKind::Floor,
        }],
        contacts: vec![ContactArrow {
            point_m: DVec3::new(0.0, 0.0, 0.1),
            force_n: DVec3::new(0.0, 360.0, 0.0),
        }],
        loads: vec![HeldBox {
            centre_m: DVec3::new(0.3, 0.9, 0.0),
            size_m: DVec3::splat(0.2),
            turn: glam::DQuat::IDENTITY,
        }],
        title: "Стоя & standing".to_owned(),
        notes: vec!["Заметка".to_owned()],
    }
}

/// Width, height and RGB bytes of the first picture of a PNG file.
fn decoded(bytes: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG header");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut rgb).expect("a picture");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width as usize, info.height as usize, rgb)
}

#[test]
fn svg_has_every_part() {
    let text = svg(&small(), View::SideRight, &SMALL).expect("a picture");
    for part in [
        "<title>Стоя &amp; standing</title>",
        r#"class="body""#,
        r#"class="bones""#,
        r#"class="muscle""#,
        r#"class="disc""#,
        r#"class="support floor""#,
        r#"class="shadow""#,
        r#"class="contact""#,
        r#"class="bar level""#,
        r#"class="scale""#,
        ">L5 &lt; S1</text>",
        ">1000 Н</text>",
        ">Заметка</text>",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert!(text.starts_with("<svg ") && text.ends_with("</svg>"));
}

#[test]
fn png_has_its_size_and_shows_something_from_every_side() {
    for view in VIEWS {
        for theme in [Theme::Light, Theme::Dark] {
            let (width, height, rgb) = decoded(&png(&small(), view, &Style { theme, ..SMALL }).expect("a picture"));
            assert_eq!((width, height), (300, 360));
            let background = &rgb[..3];
            let drawn = rgb.chunks_exact(3).filter(|pixel| pixel != &background).count();
            assert!(drawn > width * height / 50, "{view:?} {theme:?}: only {drawn} pixels drawn");
        }
    }
}

#[test]
fn same_scene_same_bytes() {
    assert_eq!(
        png(&small(), View::ThreeQuarter, &SMALL).expect("a picture"),
        png(&small(), View::ThreeQuarter, &SMALL).expect("a picture")
    );
    assert_eq!(
        svg(&small(), View::Front, &SMALL).expect("a picture"),
        svg(&small(), View::Front, &SMALL).expect("a picture")
    );
}

#[test]
fn what_is_no_number_is_refused() {
    let check = |spoil: fn(&mut Scene)| {
        let mut scene = small();
        spoil(&mut scene);
        assert!(png(&scene, View::SideRight, &SMALL).is_err());
        assert!(svg(&scene, View::SideRight, &SMALL).is_err());
        assert!(strip(&[(scene.clone(), "")], View::SideRight, &SMALL).is_err());
        assert!(animation(&[scene], 0.1, View::SideRight, &SMALL).is_err());
    };
    check(|s| s.limbs[0].from_m.x = f64::NAN);
    check(|s| s.limbs[0].radius_to_m = f64::NAN);
    check(|s| s.limbs[0].radius_to_m = -0.1);
    check(|s| s.muscles[0].activation = f64::NAN);
    check(|s| s.muscles[0].activation = 1.01);
    check(|s| s.muscles[0].points_m[1].y = f64::INFINITY);
    check(|s| s.muscles[0].points_m.truncate(1));
    check(|s| s.discs[0].axis = DVec3::ZERO);
    check(|s| s.discs[0].level = f64::NAN);
    check(|s| s.supports[0].normal.x = f64::NAN);
    check(|s| s.supports[0].size_m.0 = f64::NAN);
    check(|s| s.contacts[0].force_n.z = f64::NAN);
    check(|s| s.loads[0].size_m.x = f64::NAN);
    check(|s| s.limbs.clear());
    assert!(matches!(
        png(&small(), View::Top, &Style { width_px: 10, ..SMALL }),
        Err(FigureError::Size { .. })
    ));
    assert!(matches!(
        animation(&[small()], f64::NAN, View::Top, &SMALL),
        Err(FigureError::Pace { .. })
    ));
    assert!(matches!(animation(&[], 0.1, View::Top, &SMALL), Err(FigureError::NoScene)));
}

#[test]
fn strip_keeps_the_floor_line() {
    let mut low = small();
    low.limbs.truncate(2);
    low.limbs.remove(0);
    let style = Style {
        theme: Theme::Light,
        width_px: 600,
        height_px: 360,
    };
    let plain = |scene: Scene| Scene {
        contacts: vec![],
        loads: vec![],
        muscles: vec![],
        title: String::new(),
        notes: vec![],
        ..scene
    };
    let scenes = [(plain(small()), "1"), (plain(low), "2"), (plain(small()), "3")];
    let (width, height, rgb) = decoded(&strip(&scenes, View::SideRight, &style).expect("a strip"));
    let background = &rgb[..3];
    // The first drawn row near the left edge of each floor.
    let lines: Vec<usize> = (0..3)
        .map(|panel| {
            let column = 0.06 * width as f64 + panel as f64 * (width as f64 - 24.0) / 3.0;
            (0..height)
                .find(|row| &rgb[3 * (row * width + column as usize)..][..3] != background)
                .expect("a floor in every panel")
        })
        .collect();
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[0], lines[2]);
}

#[test]
fn animation_has_all_its_instants() {
    let mut bent = small();
    bent.limbs[0].to_m.x = 0.3;
    let bytes = animation(&[small(), bent.clone(), small()], 0.25, View::SideRight, &SMALL).expect("an animation");
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().expect("a PNG header");
    assert_eq!(reader.info().animation_control().map(|control| control.num_frames), Some(3));
    let text = animation_svg(&[small(), bent], 0.25, View::SideRight, &SMALL).expect("an animation");
    assert_eq!(text.matches(r#"class="instant"#).count(), 2);
    assert!(text.contains("prefers-reduced-motion"));
}
