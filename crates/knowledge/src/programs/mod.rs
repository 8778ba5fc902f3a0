//! The rows, by subject. Adding a program: one row in the file of its subject.

mod accounts;
mod archives;
mod capture;
mod certificates;
mod changes;
mod cloud;
mod clusters;
mod compose;
mod confinement;
mod containers;
mod databases;
mod dumps;
mod files;
mod firewall;
mod git;
mod hardware;
mod helm;
mod interfaces;
mod kubernetes;
mod languages;
mod messaging;
mod mysql;
mod network;
mod packagers;
mod packages;
mod pagers;
mod performance;
mod podman;
mod probes;
mod processes;
mod rpms;
mod search;
mod servers;
mod services;
mod shares;
mod storage;
mod stores;
mod system;
mod systemd;
mod text;
mod toolchains;
mod utilities;
mod virtualization;
mod volumes;
mod web;
mod wrappers;

use crate::row::Row;

/// All rows.
pub const TABLES: &[&[Row]] = &[
    accounts::ROWS,
    archives::ROWS,
    capture::ROWS,
    certificates::ROWS,
    changes::ROWS,
    cloud::ROWS,
    clusters::ROWS,
    compose::ROWS,
    confinement::ROWS,
    containers::ROWS,
    databases::ROWS,
    dumps::ROWS,
    files::ROWS,
    firewall::ROWS,
    git::ROWS,
    hardware::ROWS,
    helm::ROWS,
    interfaces::ROWS,
    kubernetes::ROWS,
    languages::ROWS,
    messaging::ROWS,
    mysql::ROWS,
    network::ROWS,
    packagers::ROWS,
    packages::ROWS,
    pagers::ROWS,
    performance::ROWS,
    podman::ROWS,
    probes::ROWS,
    processes::ROWS,
    rpms::ROWS,
    search::ROWS,
    servers::ROWS,
    services::ROWS,
    shares::ROWS,
    storage::ROWS,
    stores::ROWS,
    system::ROWS,
    systemd::ROWS,
    text::ROWS,
    toolchains::ROWS,
    utilities::ROWS,
    virtualization::ROWS,
    volumes::ROWS,
    web::ROWS,
    wrappers::ROWS,
];
