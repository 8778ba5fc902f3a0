//! What a trail tells as a whole: the counts behind `audit report`, as text and as a page.
//!
//! Takes the rows of a trail in their order; gives a [`TrailSummary`] of bounded size, and shows it. Refuses nothing: what
//! there is no room for is counted in a row that says so.

mod activity;
mod approvals;
mod chain_told;
mod clipped;
mod entries;
mod exchanges;
mod figures;
mod html;
mod new_file;
mod page;
mod picture;
mod record_table;
mod summary;
mod tables;
mod tally;
mod text;

pub use chain_told::ChainTold;
pub use new_file::write_page;
pub use page::page;
pub use summary::TrailSummary;
pub use text::text;
