//! What tests and examples of the body and its loads start from: the anatomy and postures of `knowledge/`, a person, random states.

#![allow(dead_code, reason = "each test needs a part of it")]

use std::{fs, path::Path};

use glam::{DQuat, DVec3};
use keel_body::{Anatomy, Body, Library, Person, Rates, Sex, State, Text};

/// Anatomy and postures as the project ships them.
pub(crate) fn knowledge() -> (Anatomy, Library) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Vec::new();
    for folder in ["anatomy", "postures"] {
        read(&root.join(folder), &root, &mut files);
    }
    let texts: Vec<Text<'_>> = files.iter().map(|(path, text)| Text { path, text }).collect();
    let anatomy = Anatomy::read(&texts).unwrap_or_else(|error| panic!("the anatomy is not sound: {error}"));
    let library = Library::read(&texts).unwrap_or_else(|faults| panic!("the postures are not sound: {}", faults[0]));
    (anatomy, library)
}

fn read(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder of knowledge is there") {
        let path = entry.expect("the folder of knowledge can be listed").path();
        if path.is_dir() {
            read(&path, root, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let name = path
                .strip_prefix(root)
                .expect("files lie under their root")
                .to_string_lossy()
                .into_owned();
            files.push((name, fs::read_to_string(&path).expect("a text of knowledge can be read")));
        }
    }
    files.sort();
}

/// A man of 1.74 m and 70 kg.
pub(crate) fn man(anatomy: &Anatomy) -> Body {
    Body::new(anatomy, &Person::new(Sex::Male, 1.74, 70.0)).expect("a man of usual size has a body")
}

/// A row of numbers that look random and are the same at every run (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Between two limits.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        low + (high - low) * (z >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Each component between −size and size.
    pub(crate) fn vector(&mut self, size: f64) -> DVec3 {
        DVec3::new(self.between(-size, size), self.between(-size, size), self.between(-size, size))
    }

    /// Any place and turn of the root, every joint within this share of its range.
    pub(crate) fn state(&mut self, body: &Body, share: f64) -> State {
        let turn = self.vector(1.5);
        State {
            root_m: self.vector(1.0),
            root: DQuat::from_scaled_axis(turn),
            q_rad: body
                .coordinates
                .iter()
                .map(|coordinate| share * self.between(coordinate.range_rad.0, coordinate.range_rad.1))
                .collect(),
        }
    }

    /// Velocities up to 3 m/s and rad/s, accelerations up to 10 m/s² and rad/s².
    pub(crate) fn rates(&mut self, body: &Body) -> Rates {
        Rates {
            root_m_per_s: self.vector(3.0),
            root_m_per_s2: self.vector(10.0),
            root_rad_per_s: self.vector(3.0),
            root_rad_per_s2: self.vector(10.0),
            v_rad_per_s: body.coordinates.iter().map(|_| self.between(-3.0, 3.0)).collect(),
            a_rad_per_s2: body.coordinates.iter().map(|_| self.between(-10.0, 10.0)).collect(),
        }
    }
}
