//! Where a record lies among those that the build script has packed into the program. The build script reads this module as well.

/// A packed record.
pub(crate) struct Packed {
    /// Index of its file.
    pub(crate) file: usize,
    /// Bytes of its front matter.
    pub(crate) front: usize,
    /// Its first byte.
    pub(crate) from: usize,
    /// The first byte of its own keys.
    pub(crate) own: usize,
    /// The byte behind its last.
    pub(crate) to: usize,
}
