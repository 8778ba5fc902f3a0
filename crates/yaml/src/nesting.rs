//! How deep collections may nest in a document: gives the bound, and the fault of a document that goes beyond it.

/// How many collections may stand inside one another. The deepest key of a policy lies five deep; the
/// bound keeps recursion over a tree shallow.
pub(super) const MAX_DEPTH: usize = 32;

/// The message for a document that nests deeper than [`MAX_DEPTH`].
pub(super) fn too_deep() -> String {
    format!("collections nest more than {MAX_DEPTH} deep: flatten them")
}
