//! What stays open to a subcommand of files and ports.
//!
//! Takes the subcommand, the filter in front of it, and where its records and its copy go. Gives a [`Closing`]. Refuses
//! nothing: a subcommand without the filter closes nothing.

use std::path::{Path, PathBuf};

use super::arguments::Subcommand;
use super::closing::{Closing, recording};
use super::get::CopyTarget;
use crate::sandbox::{Filter, LandlockReach};

/// What a subcommand leaves open, and when it closes the rest.
pub(super) fn closing(
    subcommand: &Subcommand,
    filter: Filter,
    audit_file: Option<&Path>,
    destination: Option<&CopyTarget>,
) -> Closing {
    if !filter.is_in_force() {
        return Closing::Never;
    }
    let with = |local: Option<&str>, place: Option<&CopyTarget>| {
        Closing::WithConfiguration(LandlockReach {
            read: local.map(PathBuf::from).into_iter().collect(),
            place: place.and_then(CopyTarget::directory),
            ..recording(audit_file)
        })
    };
    match subcommand {
        Subcommand::Run(_) | Subcommand::Doctor(_) => with(None, None),
        Subcommand::Put(options) => with(options.words.first().map(String::as_str), None),
        Subcommand::Get(_) => with(None, destination),
        Subcommand::Keyscan(_) => Closing::WithPorts,
        // It is for whoever sets the server up, who wants to know.
        Subcommand::Check(_) => Closing::Now(log::Level::Warn),
        Subcommand::Serve(_)
        | Subcommand::Stdio(_)
        | Subcommand::Diff(_)
        | Subcommand::Healthcheck(_)
        | Subcommand::Plan(_)
        | Subcommand::Hosts(_)
        | Subcommand::ClientConfig(_)
        | Subcommand::Completions(_)
        | Subcommand::Audit(_)
        | Subcommand::Suggest(_)
        | Subcommand::Reload(_)
        | Subcommand::Approver(_)
        | Subcommand::Init(_) => Closing::Now(log::Level::Info),
    }
}
