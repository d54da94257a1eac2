//! look
use keel_body::*;
use keel_loads::*;
fn texts(dir: &std::path::Path, root: &std::path::Path, out: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { texts(&path, root, out) } else if path.extension().is_some_and(|e| e == "md") {
            out.push((path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}
fn dump(body: &Body, state: &State, touches: &[Touch], supports: &[Support], name: &str) {
    let mut pose = Pose::new(body); pose.update(body, state);
    let v = |p: glam::DVec3| format!("[{:.4},{:.4},{:.4}]", p.x, p.y, p.z);
    let mut lines = Vec::new();
    for (i, s) in body.segments.iter().enumerate() { if let Some(p) = s.parent { lines.push(format!("[{},{}]", v(pose.origins_m[p]), v(pose.origins_m[i]))); } }
    for (seg, at) in [("head", [0.03,0.24,0.0]), ("forearm_r", [0.0,-0.45,0.0]), ("forearm_l", [0.0,-0.45,0.0])] { let i = body.segment(seg).unwrap(); lines.push(format!("[{},{}]", v(pose.origins_m[i]), v(pose.world_point(i, at.into())))); }
    for side in ["_r","_l"] { let i = body.segment(&format!("foot{side}")).unwrap(); let (h,t)=(pose.world_point(i,glam::DVec3::new(-0.046,-0.075,0.0)),pose.world_point(i,glam::DVec3::new(0.19,-0.07,0.0))); lines.push(format!("[{},{}]",v(pose.origins_m[i]),v(h))); lines.push(format!("[{},{}]",v(h),v(t))); lines.push(format!("[{},{}]",v(t),v(pose.origins_m[i]))); }
    let pts: Vec<String> = body.contacts.iter().enumerate().map(|(i,c)| format!("[{},{}]", v(pose.world_point(c.segment, c.at_m)), touches.iter().any(|t| t.point==i) as u8)).collect();
    let sup: Vec<String> = supports.iter().map(|s| format!("[{},{:.4}]", v(s.normal), s.offset_m)).collect();
    println!("JSON {{\"name\":\"{name}\",\"lines\":[{}],\"points\":[{}],\"supports\":[{}]}}", lines.join(","), pts.join(","), sup.join(","));
}
fn main() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Vec::new();
    texts(&root.join("anatomy"), &root, &mut files);
    texts(&root.join("postures"), &root, &mut files);
    if !files.iter().any(|f| f.0.contains("limbs")) { files.push(("anatomy/landmarks-limbs.md".into(), "+++\nid = \"landmarks-limbs\"\nstatus = \"draft\"\nreview_by = 2027-11-01\nprovenance = \"x\"\nsources = []\n[landmark.thigh]\n\"lesser trochanter\" = [-4, -58, -12]\n+++\n".into())); }
    let texts: Vec<Text<'_>> = files.iter().map(|(p, t)| Text { path: p, text: t }).collect();
    let anatomy = match Anatomy::read(&texts) { Ok(a) => a, Err(e) => { for f in e.0.iter().take(40) { println!("{f}"); } return; } };
    let library = match Library::read(&texts) { Ok(a) => a, Err(e) => { for f in e.iter().take(40) { println!("{f}"); } return; } };
    let only: Vec<String> = std::env::args().skip(1).collect();
    let mut person = Person::new(Sex::Male, 1.74, 70.0); person.age_years = Some(45.0); person.disc_area_m2.insert("L4-L5".into(), 0.0018);
    let body = Body::new(&anatomy, &person).unwrap();
    for id in library.posture_ids() {
        if !only.is_empty() && !only.iter().any(|o| id.contains(o.as_str())) { continue; }
        match library.posture(&body, id, 0.0) {
            Err(e) => println!("{id}: {e}"),
            Ok(p) => {
                let trunk = posture_loads(&body, &p, Scope::Trunk, Settings::default()).unwrap();
                let whole = posture_loads(&body, &p, Scope::WholeBody, Settings::default()).unwrap();
                let d = &whole.discs[1];
                println!("{id:28} trunk {:.3} MPa | whole {:.3} MPa C {:5.0} AP {:4.0} lat {:4.0} M {:5.1} | miss {:.2} N {:.2} Nm sat {} slack {:.1} {:.1} iab {:.0} it {} res {:.0e}", trunk.discs[1].pressure_pa/1e6, d.pressure_pa/1e6, d.compression_n, d.shear_ap_n, d.shear_lateral_n, d.moment_n_m[0], whole.quality.root_missing_n, whole.quality.root_missing_n_m, whole.quality.saturated, whole.quality.slack_disc_n_m, whole.quality.slack_leg_n_m, whole.abdomen_pa, whole.quality.iterations, whole.quality.residual);
                dump(&body, &p.state, &p.touches, &p.supports, id);
            }
        }
    }
    for id in library.motion_ids() {
        if !only.is_empty() && !only.iter().any(|o| id.contains(o.as_str())) { continue; }
        match library.motion(&body, id, 0.0) {
            Err(e) => println!("{id}: {e}"),
            Ok(m) => {
                let t = std::time::Instant::now();
                let frames = motion_loads(&body, &m, 50, Scope::WholeBody, Settings::default()).unwrap();
                let peak = frames.iter().max_by(|a, b| a.1.discs[1].compression_n.total_cmp(&b.1.discs[1].compression_n)).unwrap();
                let worst = frames.iter().map(|f| f.1.quality.root_missing_n.max(f.1.quality.root_missing_n_m)).fold(0.0, f64::max);
                println!("{id:28} peak {:5.0} N {:.3} MPa at {:.2}/{:.2} s; worst miss {:.1}; {:.0} µs/frame", peak.1.discs[1].compression_n, peak.1.discs[1].pressure_pa/1e6, peak.0.t_s, m.duration_s, worst, t.elapsed().as_secs_f64()*1e6/50.0);
                for (i, f) in m.frames(5).enumerate() { dump(&body, &f.state, &m.touches[f.phase], &m.supports, &format!("{id}/{i}")); }
            }
        }
    }
}
