//! The case file: whatever is wrong is said with file, line, problem and what is allowed, all at once; what is right comes back unchanged.
use crate::people::CATALOGUE;
use keel_knowledge::Lang;
use keel_therapy::read_case;

#[test]
fn explore() {
    for text in [
        "[person]\nheigth_cm = 170\n",
        "[person]\nheight_cm = \"tall\"\n",
        "[person]\nheight_cm = 300\nage = 30.5\n",
        "[person]\nheight_cm = nan\nmass_kg = inf\nage = -inf\n",
        "[person]\nheight_cm = \"NaN\"\nmass_kg = \"inf\"\n",
        "[person]\nheight_cm = true\nsex = 3\nborn = 7\n",
        "[person]\nsex = \"man\"\n",
        "[person]\nsex = \"femal\"\n",
        "[persn]\nage = 4\n[weather]\nrain = true\n",
        "person = 3\n",
        "[[person]]\nage = 3\n",
        "[person]\nage = 30\nage = 31\n",
        "[person]\nage = \n",
        "[person]\nage = 30\n[person]\nmass_kg = 70\n",
        "[answers]\nCES_BLADER = \"no\"\nCES_BOWEL = \"maybe\"\nCES_SADDLE = 1\n",
        "[tests.slr]\nleft_deg = 200\nnonsense = 1\n[tests.slrr]\nx=1\n[tests]\nslump = 3\n",
        "[equipment]\nhave = [\"chair\", \"sofa\"]\n",
        "[equipment]\nhave = [\"chair\", 3]\n",
        "[equipment]\nhave = \"chair, mat\"\n",
        "[day]\nrises_at = 25\nsleeps_at = \"7 o'clock\"\n",
        "[day]\nrises_at = \"07:30:zz\"\nsleeps_at = \"7:5\"\n",
        "[diagnosis]\nsince = \"yesterday\"\n",
        "[diagnosis]\nsince = 2026-13-01\n",
        "[case]\ndate = \"soon\"\n",
        "[case]\ndate = 2026-11-24\nfoo = 1\n",
        "[medicines]\ntaking = [\"aspirine\"]\nother = \"\"\n",
        "[person]\nname = \"a\\nb\"\n",
        "[person]\nname = {}\n",
        "",
        "[person]\nage = \"\"\n",
        "[pain]\nsettles_h = 1e400\n",
        "\u{feff}[person]\nage = 3\n",
        "[person]\r\nage = 3000\r\n",
    ] {
        println!("--- {text:?}");
        match read_case("case.toml", text, &CATALOGUE) {
            Ok(case) => println!("OK {:?}", case.answers.iter().collect::<Vec<_>>()),
            Err(error) => {
                for l in error.lines(Lang::En) {
                    println!("{l}");
                }
            }
        }
    }
}
