//! What the compiler can see: one template, two fonts and the data of one document.

use std::sync::LazyLock;

use kernel::{Error, Result};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

const TEMPLATE: &str = include_str!("../../templates/document.typ");
/// Static instances: a variable font cannot be embedded in PDF/A.
const FONTS: [&[u8]; 2] = [
    include_bytes!("../../fonts/Onest-Regular.ttf"),
    include_bytes!("../../fonts/Onest-SemiBold.ttf"),
];

/// What is the same for every document. File ids are interned for ever, so there is one.
static SHARED: LazyLock<Option<Shared>> = LazyLock::new(Shared::read);

struct Shared {
    template: Source,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl Shared {
    fn read() -> Option<Self> {
        let path = VirtualPath::new("document.typ").ok()?;
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        let fonts = FONTS.into_iter().map(|f| Font::new(Bytes::new(f), 0));
        let fonts = fonts.collect::<Option<Vec<_>>>()?;
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Some(Self { template: Source::new(id, TEMPLATE.to_owned()), fonts, book })
    }
}

fn shared() -> Result<&'static Shared> {
    SHARED.as_ref().ok_or(Error::invariant("an embedded font or template cannot be read"))
}

/// Tells of a character whether every font has it.
pub(super) fn coverage() -> Result<impl Fn(char) -> bool + Copy> {
    let fonts = &shared()?.fonts;
    Ok(move |c: char| fonts.iter().all(|f| f.info().coverage.contains(u32::from(c))))
}

/// The world of one document.
pub(super) struct PaperWorld {
    library: LazyHash<Library>,
    shared: &'static Shared,
}

impl PaperWorld {
    /// A world in which `sys.inputs.data` is this JSON.
    pub(super) fn new(data: &str) -> Result<Self> {
        let mut inputs = Dict::new();
        inputs.insert("data".into(), Value::Str(data.into()));
        let library = LazyHash::new(Library::builder().with_inputs(inputs).build());
        Ok(Self { library, shared: shared()? })
    }
}

impl World for PaperWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.shared.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.shared.template.id() {
            return Ok(self.shared.template.clone());
        }
        Err(FileError::AccessDenied)
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
