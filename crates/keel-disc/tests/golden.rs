use keel_disc::{*, transport::*};
#[test]
fn tmp() {
    for form in [Form::Published] {
        for times in [1,2,4] {
        let grid = Grid::new(&DiscShape::round(), Division::ROUND.finer(times)).unwrap();
        let mut s = Settings::new(form, Grade::Healthy);
        s.kinetics = Kinetics::Cells(Default::default());
        let mut t = Transport::new(grid, s).unwrap();
        let start = std::time::Instant::now();
        let g = t.supplied();
        let (state, o) = t.steady(1.0, 1.0, g).unwrap();
        let min = |x: &[f64]| x.iter().copied().fold(f64::INFINITY, f64::min);
        let max = |x: &[f64]| x.iter().copied().fold(0.0, f64::max);
        println!("{form:?} {times} {:.5} {:.5} {:.5} {o:?} {:?}", min(state.oxygen_kpa()), min(state.glucose_mol_per_m3()), max(state.lactate_mol_per_m3()), start.elapsed());
        }
        for times in [1,2,4] {
        let grid = Grid::new(&DiscShape::default(), Division::STANDARD.finer(times)).unwrap();
        let mut s = Settings::new(form, Grade::Healthy);
        s.kinetics = Kinetics::Cells(Default::default());
        let mut t = Transport::new(grid, s).unwrap();
        let start = std::time::Instant::now();
        let g = t.supplied();
        let (state, o) = t.steady(1.0, 1.0, g).unwrap();
        let m = t.grid().counts()[1]*t.grid().counts()[2];
        let rec = |x: &[f64]| (0..m).map(|i| (9.0*x[i]-x[i+m])/8.0).collect::<Vec<_>>();
        let min = |x: &[f64]| rec(x).iter().copied().enumerate().fold((0,f64::INFINITY), |a,b| if b.1<a.1 {b} else {a});
        let max = |x: &[f64]| rec(x).iter().copied().fold(0.0, f64::max);
        let (at,_) = min(state.oxygen_kpa());
        println!("3d {form:?} {:.5?} {:.5?} {:.5} {o:?} {:?} {:?}", min(state.oxygen_kpa()), min(state.glucose_mol_per_m3()), max(state.lactate_mol_per_m3()), start.elapsed(), t.grid().positions_m()[at]);
        }
    }
}
