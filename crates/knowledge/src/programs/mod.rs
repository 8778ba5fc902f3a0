//! The rows of all programs, by subject. To add a program, add one row to the file of its subject.

mod accounts;
mod applications;
mod archives;
mod backups;
mod batch;
mod build_tools;
mod capture;
mod certificates;
mod changes;
mod cloud;
mod clusters;
mod compose;
mod confinement;
mod container_runs;
mod containers;
mod databases;
mod debuggers;
mod devices;
mod directories;
mod dumps;
mod editors;
mod emulators;
mod files;
mod firewall;
mod forges;
mod git;
mod hardware;
mod helm;
mod inspectors;
mod interfaces;
mod interpreters;
mod keys;
mod kubernetes;
mod languages;
mod mail;
mod messaging;
mod monitoring;
mod mysql;
mod names;
mod network;
mod orchestrators;
mod pacemaker;
mod packagers;
mod packages;
mod pagers;
mod performance;
mod podman;
mod probes;
mod processes;
mod providers;
mod proxies;
mod revisions;
mod rpms;
mod search;
mod servers;
mod services;
mod shares;
mod storage;
mod stores;
mod supervisors;
mod system;
mod systemd;
mod terminals;
mod text;
mod toolchains;
mod tracers;
mod tunnels;
mod utilities;
mod versions;
mod virtualization;
mod volumes;
mod web;
mod wrappers;
mod writers;

use crate::row::Row;

/// All rows.
pub const TABLES: &[&[Row]] = &[
    accounts::ROWS,
    applications::ROWS,
    archives::ROWS,
    build_tools::ROWS,
    backups::ROWS,
    batch::ROWS,
    capture::ROWS,
    certificates::ROWS,
    changes::ROWS,
    cloud::ROWS,
    clusters::ROWS,
    compose::ROWS,
    confinement::ROWS,
    containers::ROWS,
    databases::ROWS,
    debuggers::ROWS,
    devices::ROWS,
    directories::ROWS,
    dumps::ROWS,
    editors::ROWS,
    emulators::ROWS,
    files::ROWS,
    firewall::ROWS,
    forges::ROWS,
    git::ROWS,
    hardware::ROWS,
    helm::ROWS,
    inspectors::ROWS,
    interfaces::ROWS,
    interpreters::ROWS,
    keys::ROWS,
    kubernetes::ROWS,
    languages::ROWS,
    mail::ROWS,
    messaging::ROWS,
    monitoring::ROWS,
    mysql::ROWS,
    names::ROWS,
    network::ROWS,
    orchestrators::ROWS,
    packagers::ROWS,
    packages::ROWS,
    pacemaker::ROWS,
    pagers::ROWS,
    performance::ROWS,
    podman::ROWS,
    probes::ROWS,
    processes::ROWS,
    providers::ROWS,
    proxies::ROWS,
    revisions::ROWS,
    rpms::ROWS,
    search::ROWS,
    servers::ROWS,
    services::ROWS,
    shares::ROWS,
    storage::ROWS,
    stores::ROWS,
    supervisors::ROWS,
    system::ROWS,
    systemd::ROWS,
    terminals::ROWS,
    text::ROWS,
    toolchains::ROWS,
    tracers::ROWS,
    tunnels::ROWS,
    utilities::ROWS,
    versions::ROWS,
    virtualization::ROWS,
    volumes::ROWS,
    web::ROWS,
    wrappers::ROWS,
    wrappers::WRAPPERS,
    writers::ROWS,
];
