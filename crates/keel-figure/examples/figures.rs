//! Draws standing, bending, sitting and lying figures from `knowledge/anatomy` into a folder: `cargo run --example figures -- FOLDER`.
//!
//! The postures are made by turning the joints of the skeleton by hand, which is enough to judge the drawing.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use glam::{DAffine3, DQuat, DVec3};
use keel_figure::{
    ContactArrow, DiscMark, HeldBox, MuscleLine, Scene, Shapes, Style, Support, SupportKind, Theme, View, animation, animation_svg, png,
    strip, svg,
};

struct Joint {
    id: String,
    parent: Option<String>,
    at_m: DVec3,
    tilt_rad: f64,
}

struct Skeleton(Vec<Joint>);

impl Skeleton {
    fn read(text: &str) -> Result<Self, Box<dyn Error>> {
        let front = text.split("+++").nth(1).ok_or("no front matter")?;
        let table: toml::Table = toml::from_str(front)?;
        let number = |v: &toml::Value| v.as_float().or_else(|| v.as_integer().map(|i| i as f64)).unwrap_or_default();
        let mut joints = Vec::new();
        for segment in table["segment"].as_array().ok_or("no segments")? {
            let id = segment["id"].as_str().ok_or("no id")?;
            let at: Vec<f64> = segment
                .get("at_mm")
                .and_then(|v| v.as_array())
                .map_or(vec![0.0; 3], |a| a.iter().map(number).collect());
            let at_m = DVec3::from_slice(&at) * 1e-3;
            let tilt_rad = segment.get("tilt_deg").map(number).unwrap_or_default().to_radians();
            let parent = segment.get("parent").and_then(|v| v.as_str());
            if segment.get("paired").and_then(|v| v.as_bool()).unwrap_or_default() {
                let paired_parent = parent.filter(|p| !["pelvis", "thorax_upper"].contains(p));
                for (suffix, side) in [("_r", 1.0), ("_l", -1.0)] {
                    joints.push(Joint {
                        id: format!("{id}{suffix}"),
                        parent: paired_parent.map(|p| format!("{p}{suffix}")).or_else(|| parent.map(str::to_owned)),
                        at_m: at_m * DVec3::new(1.0, 1.0, side),
                        tilt_rad,
                    });
                }
            } else {
                joints.push(Joint {
                    id: id.to_owned(),
                    parent: parent.map(str::to_owned),
                    at_m,
                    tilt_rad,
                });
            }
        }
        Ok(Self(joints))
    }

    /// Segments in the world; `turns`: degrees about x, y, z of the parent's axes (z positive leans back).
    fn place(&self, pelvis: DAffine3, turns: &[(&str, [f64; 3])]) -> (Vec<String>, Vec<DAffine3>) {
        let turns: BTreeMap<&str, [f64; 3]> = turns.iter().copied().collect();
        let mut world: BTreeMap<&str, DAffine3> = BTreeMap::new();
        for joint in &self.0 {
            let [x, y, z] = turns.get(joint.id.as_str()).copied().unwrap_or_default().map(f64::to_radians);
            let turn =
                DQuat::from_rotation_z(z) * DQuat::from_rotation_x(x) * DQuat::from_rotation_y(y) * DQuat::from_rotation_z(joint.tilt_rad);
            let local = DAffine3::from_rotation_translation(turn, joint.at_m);
            let placed = joint.parent.as_deref().map_or(pelvis * local, |p| world[p] * local);
            world.insert(&joint.id, placed);
        }
        (
            self.0.iter().map(|j| j.id.clone()).collect(),
            self.0.iter().map(|j| world[j.id.as_str()]).collect(),
        )
    }
}

fn floor() -> Support {
    Support {
        centre_m: DVec3::ZERO,
        normal: DVec3::Y,
        size_m: (3.0, 3.0),
        kind: SupportKind::Floor,
    }
}

fn both<'a>(turns: &[(&'a str, &'a str, [f64; 3])]) -> Vec<(&'a str, [f64; 3])> {
    turns.iter().flat_map(|&(r, l, t)| [(r, t), (l, [-t[0], -t[1], t[2]])]).collect()
}

fn marks(scene: &mut Scene, ids: &[String], world: &[DAffine3]) {
    let at = |id: &str| world[ids.iter().position(|i| i == id).unwrap_or_default()];
    for (i, (name, segment)) in [("L5–S1", "l5"), ("L4–L5", "l4"), ("L3–L4", "l3"), ("L2–L3", "l2"), ("L1–L2", "l1")]
        .into_iter()
        .enumerate()
    {
        let level = 0.9 - 0.18 * i as f64;
        scene.discs.push(DiscMark {
            centre_m: at(segment).translation,
            axis: at(segment).transform_vector3(DVec3::Y),
            radius_m: 0.019,
            text: vec![
                name.to_owned(),
                format!("{:.0} N · {:.2} MPa", 400.0 + 900.0 * level, 0.3 + 0.9 * level),
            ],
            level,
        });
    }
    let line = |a: (&str, DVec3), b: (&str, DVec3), c: (&str, DVec3), side: f64| -> Vec<DVec3> {
        [a, b, c]
            .map(|(id, p)| at(id).transform_point3(p * DVec3::new(1e-3, 1e-3, 1e-3 * side)))
            .to_vec()
    };
    for side in [1.0, -1.0] {
        let s = if side > 0.0 { "_r" } else { "_l" };
        let thigh = format!("thigh{s}");
        let shank = format!("shank{s}");
        let mut add = |points_m: Vec<DVec3>, activation: f64, width_m: f64| {
            scene.muscles.push(MuscleLine {
                points_m,
                activation,
                width_m,
            })
        };
        let v = DVec3::new;
        add(
            line(
                ("pelvis", v(-85.0, 80.0, 25.0)),
                ("l2", v(-62.0, 10.0, 32.0)),
                ("thorax_lower", v(-72.0, 110.0, 45.0)),
                side,
            ),
            0.85,
            0.035,
        );
        add(
            line(
                ("pelvis", v(-75.0, 95.0, 18.0)),
                ("l4", v(-52.0, 10.0, 18.0)),
                ("l2", v(-52.0, 10.0, 12.0)),
                side,
            ),
            0.6,
            0.022,
        );
        add(
            line(
                ("pelvis", v(55.0, 0.0, 25.0)),
                ("l3", v(112.0, 10.0, 40.0)),
                ("thorax_lower", v(118.0, 20.0, 50.0)),
                side,
            ),
            0.08,
            0.04,
        );
        add(
            line(
                ("l3", v(0.0, 10.0, 30.0)),
                ("pelvis", v(35.0, 40.0, 70.0)),
                (&thigh, v(-10.0, -40.0, -10.0)),
                side,
            ),
            0.25,
            0.03,
        );
        add(
            line(
                ("pelvis", v(-80.0, 60.0, 55.0)),
                ("pelvis", v(-95.0, 0.0, 75.0)),
                (&thigh, v(-25.0, -90.0, 25.0)),
                side,
            ),
            0.5,
            0.06,
        );
        add(
            line(
                ("pelvis", v(-40.0, -55.0, 60.0)),
                (&thigh, v(-50.0, -200.0, 5.0)),
                (&shank, v(-30.0, -40.0, 20.0)),
                side,
            ),
            0.4,
            0.045,
        );
        add(
            line(
                ("pelvis", v(45.0, 20.0, 85.0)),
                (&thigh, v(55.0, -200.0, 10.0)),
                (&shank, v(40.0, -45.0, 0.0)),
                side,
            ),
            0.15,
            0.05,
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1).ok_or("a folder to draw into")?;
    let out = Path::new(&out);
    fs::create_dir_all(out)?;
    let anatomy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/anatomy");
    let shapes = Shapes::read(&fs::read_to_string(anatomy.join("shapes.md"))?)?;
    let skeleton = Skeleton::read(&fs::read_to_string(anatomy.join("skeleton.md"))?)?;
    let figure = |title: &str, pelvis: DAffine3, turns: &[(&str, [f64; 3])], with_marks: bool| {
        let (ids, world) = skeleton.place(pelvis, turns);
        let mut scene = Scene {
            limbs: shapes.limbs(&ids, &world, 1.0, 1.0),
            title: title.to_owned(),
            ..Scene::default()
        };
        if with_marks {
            marks(&mut scene, &ids, &world);
        }
        scene
    };
    let up = |y: f64| DAffine3::from_translation(DVec3::new(0.0, y, 0.0));
    let arms = both(&[
        ("upper_arm_r", "upper_arm_l", [-6.0, 0.0, 4.0]),
        ("forearm_r", "forearm_l", [0.0, -60.0, 14.0]),
    ]);

    // Standing.
    let mut standing = figure("Standing · Стоя", up(0.929), &arms, false);
    standing.supports.push(floor());
    let mut standing_marked = figure("Standing relaxed · Спокойное стояние", up(0.929), &arms, true);
    standing_marked.supports.push(floor());
    standing_marked
        .notes
        .push("Compression of the discs and muscle activity. Сжатие дисков и работа мышц.".to_owned());
    for z in [0.083, -0.083] {
        standing_marked.contacts.push(ContactArrow {
            point_m: DVec3::new(0.0, 0.0, z),
            force_n: DVec3::new(0.0, 358.0, 0.0),
        });
    }

    // Sitting against a backrest.
    let mut turns = both(&[
        ("thigh_r", "thigh_l", [-4.0, 0.0, 74.0]),
        ("shank_r", "shank_l", [0.0, 0.0, -90.0]),
        ("upper_arm_r", "upper_arm_l", [-6.0, 0.0, 25.0]),
        ("forearm_r", "forearm_l", [0.0, -70.0, 45.0]),
    ]);
    turns.extend([
        ("l5", [0.0, 0.0, -6.0]),
        ("l4", [0.0, 0.0, -6.0]),
        ("l3", [0.0, 0.0, -6.0]),
        ("head", [0.0, 0.0, 2.0]),
    ]);
    let sit = DAffine3::from_rotation_translation(DQuat::from_rotation_z(0.35), DVec3::new(0.0, 0.52, 0.0));
    let mut sitting = figure("Sitting · Сидя", sit, &turns, true);
    sitting.supports = vec![
        floor(),
        Support {
            centre_m: DVec3::new(0.1, 0.44, 0.0),
            normal: DVec3::Y,
            size_m: (0.46, 0.46),
            kind: SupportKind::Seat,
        },
        Support {
            centre_m: DVec3::new(-0.19, 0.78, 0.0),
            normal: DVec3::new(1.0, 0.15, 0.0),
            size_m: (0.42, 0.44),
            kind: SupportKind::Backrest,
        },
    ];
    sitting.contacts.push(ContactArrow {
        point_m: DVec3::new(-0.02, 0.44, 0.06),
        force_n: DVec3::new(0.0, 480.0, 0.0),
    });

    // Lifting with a bent trunk.
    let lift = |share: f64| {
        let s = share;
        let mut turns = both(&[
            ("thigh_r", "thigh_l", [-3.0, 0.0, 63.0 * s]),
            ("shank_r", "shank_l", [0.0, 0.0, -20.0 * s]),
            ("upper_arm_r", "upper_arm_l", [0.0, 0.0, 80.0 * s]),
            ("forearm_r", "forearm_l", [0.0, -70.0, 10.0]),
        ]);
        for id in ["l5", "l4", "l3", "l2", "l1"] {
            turns.push((id, [0.0, 0.0, -8.0 * s]));
        }
        turns.push(("head", [0.0, 0.0, 15.0 * s]));
        let pelvis = DAffine3::from_rotation_translation(DQuat::from_rotation_z(-0.75 * s), DVec3::new(-0.12 * s, 0.929 - 0.03 * s, 0.0));
        let mut scene = figure("Lifting · Подъём", pelvis, &turns, true);
        scene.supports.push(floor());
        let (ids, world) = skeleton.place(pelvis, &turns);
        let hand = |id: &str| world[ids.iter().position(|i| i == id).unwrap_or_default()].transform_point3(DVec3::new(0.0, -0.34, 0.0));
        scene.loads.push(HeldBox {
            centre_m: (hand("forearm_r") + hand("forearm_l")) * 0.5,
            size_m: DVec3::new(0.3, 0.24, 0.32),
        });
        scene
    };

    // Lying on the back, knees drawn up.
    let lie = DAffine3::from_rotation_translation(DQuat::from_rotation_z(std::f64::consts::FRAC_PI_2), DVec3::new(0.0, 0.12, 0.0));
    let turns = both(&[
        ("thigh_r", "thigh_l", [-2.0, 0.0, 50.0]),
        ("shank_r", "shank_l", [0.0, 0.0, -95.0]),
        ("foot_r", "foot_l", [0.0, 0.0, -20.0]),
        ("upper_arm_r", "upper_arm_l", [-14.0, 0.0, -4.0]),
    ]);
    let mut lying = figure("Lying, knees bent · Лёжа", lie, &turns, true);
    lying.supports.push(Support {
        centre_m: DVec3::ZERO,
        normal: DVec3::Y,
        size_m: (3.0, 1.0),
        kind: SupportKind::Mattress,
    });

    let portrait = |theme| Style {
        theme,
        width_px: 640,
        height_px: 900,
    };
    let landscape = |theme| Style {
        theme,
        width_px: 960,
        height_px: 560,
    };
    let views = [
        ("side", View::SideRight),
        ("left", View::SideLeft),
        ("front", View::Front),
        ("back", View::Back),
        ("quarter", View::ThreeQuarter),
        ("top", View::Top),
    ];
    let only = std::env::args().nth(2).unwrap_or_default();
    for (name, scene, style) in [
        ("standing", &standing, portrait(Theme::Light)),
        ("marked", &standing_marked, portrait(Theme::Light)),
        ("dark", &standing_marked, portrait(Theme::Dark)),
        ("sitting", &sitting, portrait(Theme::Light)),
        ("lifting", &lift(1.0), portrait(Theme::Light)),
        ("lying", &lying, landscape(Theme::Light)),
    ] {
        for (side, view) in views {
            let stem = format!("{name}-{side}");
            if !stem.contains(&only) {
                continue;
            }
            let began = std::time::Instant::now();
            let picture = png(scene, view, &style)?;
            let vectors = svg(scene, view, &style)?;
            println!(
                "{stem}: {} ms, png {} KB, svg {} KB",
                began.elapsed().as_millis(),
                picture.len() / 1024,
                vectors.len() / 1024
            );
            fs::write(out.join(format!("{stem}.png")), picture)?;
            fs::write(out.join(format!("{stem}.svg")), vectors)?;
        }
    }
    if "motion".contains(&only) {
        let instants: Vec<Scene> = (0..8)
            .map(|i| lift(0.5 - 0.5 * (f64::from(i) * std::f64::consts::TAU / 8.0).cos()))
            .collect();
        let panels: Vec<(Scene, String)> = instants
            .iter()
            .take(5)
            .enumerate()
            .map(|(i, s)| (s.clone(), format!("{:.1} с", 0.5 * i as f64)))
            .collect();
        let wide = Style {
            theme: Theme::Light,
            width_px: 1200,
            height_px: 520,
        };
        fs::write(out.join("motion-strip.png"), strip(&panels, View::SideRight, &wide)?)?;
        let small = Style {
            theme: Theme::Light,
            width_px: 420,
            height_px: 520,
        };
        fs::write(out.join("motion.png"), animation(&instants, 0.2, View::SideRight, &small)?)?;
        let moving = animation_svg(&instants, 0.2, View::SideRight, &small)?;
        println!("motion svg {} KB", moving.len() / 1024);
        fs::write(out.join("motion.svg"), moving)?;
    }
    Ok(())
}
