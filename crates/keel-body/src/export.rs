//! The body as a model of other programs, which then serve as referees: MuJoCo ([`mjcf`]) and OpenSim ([`osim`]).
//!
//! Frames, axes, order of rotations, masses and names are the body's own, so that states, generalised forces and moment arms can be
//! compared number by number. Numbers are written with all their digits.
//!
//! A path is exported where each of its points is fixed to one segment. Neither program knows a point that moves with several segments,
//! and each has its own way round a cylinder: fascicles with such points or with cylinders are left out, and the document names them in a
//! comment. Exports carry no muscle force: how strong a fascicle is belongs to whoever compares.

use glam::{DMat3, DQuat, DVec3, EulerRot};

use crate::{
    body::{Body, Fascicle, Node, Segment},
    dynamics::GRAVITY_M_PER_S2,
};

/// The body as MuJoCo's MJCF: a free root, hinges in the order of the rotations, spatial tendons of the fascicles' ids.
///
/// # Units and frames
/// SI and radians; joints have the coordinates' ids and are zero in relaxed standing. MuJoCo orders them by depth first, each limb to its
/// end, so that they are to be found by name; it wants the root's angular rates in the pelvis' frame.
pub fn mjcf(body: &Body) -> String {
    let mut xml = Xml::default();
    xml.open("mujoco model=\"keel\"");
    xml.line("<compiler angle=\"radian\" inertiafromgeom=\"false\" autolimits=\"false\"/>");
    xml.line(&format!("<option gravity=\"{}\"/>", numbers(&gravity())));
    xml.line(&left_out(body, |_| true));
    xml.open("worldbody");
    xml.mjcf_body(body, 0);
    xml.close();
    xml.open("tendon");
    for (fascicle, points) in exported(body) {
        xml.open(&format!("spatial name=\"{}\"", fascicle.id));
        for nth in 0..points.len() {
            xml.line(&format!("<site site=\"{}_{nth}\"/>", fascicle.id));
        }
        xml.close();
    }
    xml.close();
    xml.close();
    xml.text
}

/// The trunk as OpenSim's model: the pelvis is welded to the ground, the discs turn, every other joint is welded in relaxed standing.
/// Fascicles that cross a disc are path actuators, whose force is their control, 0 to 1, times `largest_n` (N, ordered as
/// [`Body::fascicles`]).
///
/// # Units and frames
/// SI and radians; coordinates have the body's ids and are zero in relaxed standing.
pub fn osim(body: &Body, largest_n: &[f64]) -> String {
    let mut xml = Xml::default();
    xml.open("OpenSimDocument Version=\"40600\"");
    xml.open("Model name=\"keel\"");
    xml.line(&left_out(body, |fascicle| crosses_disc(body, fascicle)));
    xml.element("gravity", &numbers(&gravity()));
    xml.open("BodySet name=\"bodyset\"");
    xml.open("objects");
    for segment in &body.segments {
        xml.open(&format!("Body name=\"{}\"", segment.id));
        xml.element("mass", &format!("{:?}", segment.mass_kg));
        xml.element("mass_center", &numbers(&segment.com_m.to_array()));
        xml.element("inertia", &numbers(&inertia(segment)));
        xml.close();
    }
    xml.close();
    xml.close();
    xml.open("JointSet name=\"jointset\"");
    xml.open("objects");
    for (index, segment) in body.segments.iter().enumerate() {
        if body.discs.iter().any(|disc| disc.upper == index) {
            xml.custom_joint(body, segment);
        } else {
            let name = if segment.joint.is_empty() { "ground" } else { &segment.joint };
            xml.open(&format!("WeldJoint name=\"{name}\""));
            xml.joint_frames(body, segment);
            xml.close();
        }
    }
    xml.close();
    xml.close();
    xml.open("ForceSet name=\"forceset\"");
    xml.open("objects");
    for (fascicle, points) in exported(body).filter(|(fascicle, _)| crosses_disc(body, fascicle)) {
        let position = body.fascicles.iter().position(|other| other.id == fascicle.id);
        xml.open(&format!("PathActuator name=\"{}\"", fascicle.id));
        xml.element("min_control", "0");
        xml.element("max_control", "1");
        xml.open("GeometryPath name=\"path\"");
        xml.open("PathPointSet");
        xml.open("objects");
        for (nth, (segment, at_m)) in points.iter().enumerate() {
            xml.open(&format!("PathPoint name=\"{}_{nth}\"", fascicle.id));
            xml.element("socket_parent_frame", &format!("/bodyset/{}", body.segments[*segment].id));
            xml.element("location", &numbers(&at_m.to_array()));
            xml.close();
        }
        xml.close();
        xml.close();
        xml.close();
        xml.element(
            "optimal_force",
            &format!("{:?}", position.and_then(|f| largest_n.get(f)).unwrap_or(&0.0)),
        );
        xml.close();
    }
    xml.close();
    xml.close();
    xml.close();
    xml.close();
    xml.text
}

/// A document that is written from its beginning to its end.
#[derive(Default)]
struct Xml {
    text: String,
    open: Vec<String>,
}

impl Xml {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.open.len()));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Opens an element: its tag, and attributes after a blank.
    fn open(&mut self, element: &str) {
        self.line(&format!("<{element}>"));
        let tag = element.split(' ').next().unwrap_or(element);
        self.open.push(tag.to_owned());
    }

    /// Closes the innermost element.
    fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.line(&format!("</{tag}>"));
        }
    }

    fn element(&mut self, tag: &str, content: &str) {
        self.line(&format!("<{tag}>{content}</{tag}>"));
    }

    /// A segment and what hangs from it.
    fn mjcf_body(&mut self, body: &Body, index: usize) {
        let segment = &body.segments[index];
        let q = DQuat::from_mat3(&segment.parent_from_segment_standing);
        let (at, quaternion) = (numbers(&segment.joint_in_parent_m.to_array()), numbers(&[q.w, q.x, q.y, q.z]));
        self.open(&format!("body name=\"{}\" pos=\"{at}\" quat=\"{quaternion}\"", segment.id));
        let (com, inertia) = (numbers(&segment.com_m.to_array()), numbers(&inertia(segment)));
        self.line(&format!(
            "<inertial pos=\"{com}\" mass=\"{:?}\" fullinertia=\"{inertia}\"/>",
            segment.mass_kg
        ));
        if segment.parent.is_none() {
            self.line("<freejoint name=\"root\"/>");
        }
        for coordinate in &body.coordinates[segment.coordinates.clone()] {
            let axis = numbers(&coordinate.axis.to_array());
            self.line(&format!("<joint name=\"{}\" type=\"hinge\" axis=\"{axis}\"/>", coordinate.id));
        }
        for (fascicle, points) in exported(body) {
            for (nth, (_, at_m)) in points.iter().enumerate().filter(|(_, (on, _))| *on == index) {
                self.line(&format!(
                    "<site name=\"{}_{nth}\" pos=\"{}\"/>",
                    fascicle.id,
                    numbers(&at_m.to_array())
                ));
            }
        }
        for (child, _) in body.segments.iter().enumerate().filter(|(_, child)| child.parent == Some(index)) {
            self.mjcf_body(body, child);
        }
        self.close();
    }

    /// A disc's joint: three rotations in the body's order.
    fn custom_joint(&mut self, body: &Body, segment: &Segment) {
        let coordinates = &body.coordinates[segment.coordinates.clone()];
        self.open(&format!("CustomJoint name=\"{}\"", segment.joint));
        self.joint_frames(body, segment);
        self.open("coordinates");
        for coordinate in coordinates {
            self.open(&format!("Coordinate name=\"{}\"", coordinate.id));
            self.element("default_value", "0");
            self.element("range", &numbers(&[coordinate.range_rad.0, coordinate.range_rad.1]));
            self.close();
        }
        self.close();
        self.open("SpatialTransform");
        for (coordinate, nth) in coordinates.iter().zip(1..) {
            self.open(&format!("TransformAxis name=\"rotation{nth}\""));
            self.element("coordinates", &coordinate.id);
            self.element("axis", &numbers(&coordinate.axis.to_array()));
            self.open("LinearFunction name=\"function\"");
            self.element("coefficients", "1 0");
            self.close();
            self.close();
        }
        self.close();
        self.close();
    }

    /// Where a joint sits on the parent, and the segment's own frame.
    fn joint_frames(&mut self, body: &Body, segment: &Segment) {
        let parent = segment
            .parent
            .map_or_else(|| "/ground".to_owned(), |parent| format!("/bodyset/{}", body.segments[parent].id));
        let (x, y, z) = segment.parent_from_segment_standing.to_euler(EulerRot::XYZ);
        self.element("socket_parent_frame", "below");
        self.element("socket_child_frame", "above");
        self.open("frames");
        for (name, on, at_m, turn) in [
            ("below", parent, segment.joint_in_parent_m, [x, y, z]),
            ("above", format!("/bodyset/{}", segment.id), DVec3::ZERO, [0.0; 3]),
        ] {
            self.open(&format!("PhysicalOffsetFrame name=\"{name}\""));
            self.element("socket_parent", &on);
            self.element("translation", &numbers(&at_m.to_array()));
            self.element("orientation", &numbers(&turn));
            self.close();
        }
        self.close();
    }
}

/// Inertia about the centre of mass: xx, yy, zz, xy, xz, yz.
fn inertia(segment: &Segment) -> [f64; 6] {
    let DMat3 {
        x_axis: x,
        y_axis: y,
        z_axis: z,
    } = segment.inertia_kg_m2;
    [x.x, y.y, z.z, y.x, z.x, z.y]
}

/// Whether the segments of a path lie on both sides of a disc.
fn crosses_disc(body: &Body, fascicle: &Fascicle) -> bool {
    let segments: Vec<usize> = fascicle
        .path
        .iter()
        .flat_map(|node| match node {
            Node::Point(point) => body.points[*point].iter().map(|part| part.segment).collect(),
            Node::Wrap(cylinder) => vec![body.cylinders[*cylinder].segment],
        })
        .collect();
    body.discs.iter().any(|disc| {
        let is_above = |segment: &usize| body.hangs_from(*segment, disc.upper);
        segments.iter().any(is_above) && !segments.iter().all(is_above)
    })
}

/// Fascicles whose points are each fixed to one segment, with segment and place (m) of the points.
fn exported(body: &Body) -> impl Iterator<Item = (&Fascicle, Vec<(usize, DVec3)>)> {
    body.fascicles
        .iter()
        .filter_map(|fascicle| Some((fascicle, single_points(body, fascicle)?)))
}

/// Points of a path, if each is fixed to one segment.
fn single_points(body: &Body, fascicle: &Fascicle) -> Option<Vec<(usize, DVec3)>> {
    let point = |node: &Node| match node {
        Node::Point(point) => match body.points[*point].as_slice() {
            [part] => Some((part.segment, part.at_m)),
            _ => None,
        },
        Node::Wrap(_) => None,
    };
    fascicle.path.iter().map(point).collect()
}

/// A comment that names the fascicles of this kind whose paths cannot be exported.
fn left_out(body: &Body, is_of_kind: impl Fn(&Fascicle) -> bool) -> String {
    let missing = body
        .fascicles
        .iter()
        .filter(|fascicle| is_of_kind(fascicle) && single_points(body, fascicle).is_none());
    let ids: Vec<&str> = missing.map(|fascicle| fascicle.id.as_str()).collect();
    format!(
        "<!-- Left out, because a point moves with several segments or a cylinder is in the way ({}): {} -->",
        ids.len(),
        ids.join(" ")
    )
}

fn gravity() -> [f64; 3] {
    [0.0, -GRAVITY_M_PER_S2, 0.0]
}

/// Numbers with all their digits, separated by blanks.
fn numbers(values: &[f64]) -> String {
    let digits: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    digits.join(" ")
}
