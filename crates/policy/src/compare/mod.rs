//! What two policies decide differently, with lines that show it.
//!
//! Takes two policies and hosts. Gives the hosts in groups, and for each group lines that one policy decides otherwise than
//! the other: every one was judged by both. No line is a proof that there is none; only where both policies have the same
//! entries for a host is that a fact.
//!
//! Read `grouping`, then `search`: each entry that only one policy has is a seed. `granted` and `refused` know which lines
//! to try for one, `several` those of several commands; `track` and `walk` are patterns as automata; `trial` judges.

mod deciding;
mod difference;
mod entries;
mod facts;
mod granted;
mod grouping;
mod instances;
mod refused;
mod sample_hosts;
mod search;
mod several;
mod spelling;
mod standing;
mod track;
mod trial;
mod walk;

pub use difference::{
    ChangedFact, ChangedFiles, ComparedHost, Comparison, Difference, HostGroup, Judged, Outcomes,
    Searched,
};
pub use sample_hosts::{SampleHost, SampleHosts};
