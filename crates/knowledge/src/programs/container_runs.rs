//! How docker, podman and compose start a program in a container: what their rows share.

use crate::row::Kind::{OneOf, Text};
use crate::row::{
    Kind, Options, Row, Runs, attached, flags, nothing, refused, refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const RUNS: &str = "runs a program";

/// One container, and a command in it.
#[rustfmt::skip]
pub const EXEC: &[Options] = &[
    flags("-i -t -T"),
    attached("--interactive --tty", BOOL),
    refused_value("-u,--user -e,--env --env-file -w,--workdir --detach-keys", "changes how the command runs"),
    refused("-d,--detach --privileged", "changes how the command runs"),
];

/// The option that names the program of a container.
pub const ENTRYPOINT: &[Runs] = &[Runs::Values("--entrypoint")];

/// Starts a container. Behind an option that this row does not have, each later word may be the command.
#[rustfmt::skip]
pub const RUN: Row = nothing("run create", RUNS).runs(&[Runs::Command { after: 1 }]).options(&[
    flags("-d,--detach -i,--interactive -t,--tty -T --rm --privileged --init --read-only --no-deps"),
    value("-e,--env -u,--user -w,--workdir -v,--volume -p,--publish -h,--hostname -l,--label -m,--memory", Text),
    value("--name --env-file --cpus --network --net --restart --mount --cap-add --cap-drop --device --pid --ipc", Text),
    value("--userns --security-opt --pull --platform --tmpfs --ulimit", Text),
]);
