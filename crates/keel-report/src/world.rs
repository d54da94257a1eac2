//! The world Typst sees: three templates, one data file, three fonts, nothing else.
//!
//! File paths are constants. Typst interns every path for the life of the process and panics after 65 535 of them, so a path must
//! never carry anything of the document. There is no clock ([`World::today`] answers nothing), no package and no network.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

/// The templates' functions and the look they share.
const STYLE: (&str, &str) = ("/style.typ", include_str!("../templates/style.typ"));
/// The programme sheet.
const PROGRAMME: (&str, &str) = ("/programme.typ", include_str!("../templates/programme.typ"));
/// The safety sheet.
const SAFETY: (&str, &str) = ("/safety.typ", include_str!("../templates/safety.typ"));
/// Where a template finds its data.
const DATA: &str = "/data.json";

/// Which document is set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Template {
    Programme,
    Safety,
}

/// What is the same for every document of the process.
struct Fixed {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    style: Source,
    programme: Source,
    safety: Source,
    data: FileId,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let fonts: Vec<Font> = [
        include_bytes!("../fonts/PTSans-Regular.ttf").as_slice(),
        include_bytes!("../fonts/PTSans-Bold.ttf").as_slice(),
        include_bytes!("../fonts/PTSans-Italic.ttf").as_slice(),
    ]
    .into_iter()
    .flat_map(|ttf| Font::iter(Bytes::new(ttf)))
    .collect();
    let source = |(path, text): (&str, &str)| Source::new(file_id(path), text.to_owned());
    Fixed {
        // `A11yExtras` is what lets a table have row headers.
        library: LazyHash::new(
            Library::builder()
                .with_features([Feature::A11yExtras].into_iter().collect())
                .build(),
        ),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        style: source(STYLE),
        programme: source(PROGRAMME),
        safety: source(SAFETY),
        data: file_id(DATA),
    }
});

fn file_id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("the paths above are plain absolute paths");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The fonts of the sheet.
pub(crate) fn fonts() -> &'static [Font] {
    &FIXED.fonts
}

/// One document's world.
pub(crate) struct PaperWorld {
    template: Template,
    data: Bytes,
}

impl PaperWorld {
    /// A world in which `template` finds `json` as its data.
    pub(crate) fn new(template: Template, json: String) -> Self {
        Self {
            template,
            data: Bytes::from_string(json),
        }
    }

    fn main_source(&self) -> &'static Source {
        match self.template {
            Template::Programme => &FIXED.programme,
            Template::Safety => &FIXED.safety,
        }
    }
}

impl World for PaperWorld {
    fn library(&self) -> &LazyHash<Library> {
        &FIXED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FIXED.book
    }

    fn main(&self) -> FileId {
        self.main_source().id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [self.main_source(), &FIXED.style]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == FIXED.data {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FIXED.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embeds_regular_bold_and_italic_of_one_family() {
        let families: Vec<&str> = FIXED.fonts.iter().map(|font| font.info().family.as_str()).collect();
        assert_eq!(families, ["PT Sans"; 3]);
    }
}
