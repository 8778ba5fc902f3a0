//! Version control other than git: hg, svn, cvs, bzr. Their settings name programs.

use crate::row::Kind::{Name, Number, Path, Text};
use crate::row::{Options, Row, each, flags, looks, nothing, value};

const SETTINGS: &str = "runs programs that its settings name";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("bzr brz cvs darcs fossil", SETTINGS),
    looks("hg").unseen("").reads_workdir().subcommands(&[
        looks("id identify root summary sum branch branches bookmarks tags heads parents paths version"),
        looks("log history").operands(each(Path)).options(&[
            flags("-v --verbose -G --graph -p --patch --stat -f --follow"),
            value("-l --limit", Number),
            value("-r --rev -d --date -k --keyword -u --user -b --branch", Text),
        ]),
        looks("status st").operands(each(Path)).options(&[
            flags("-A --all -m --modified -a --added -r --removed -d --deleted -u --unknown -q --quiet -n"),
        ]),
    ]).options(&[flags("--version -q --quiet")]),
    looks("svn").unseen("").subcommands(&[
        looks("info status st stat log list ls").operands(each(Path)).options(VIEW),
    ]).options(&[flags("--version -q --quiet")]),
    looks("svnlook").unseen("").subcommands(&[
        looks("author date history info log tree youngest").operands(each(Path)),
        looks("changed dirs-changed").operands(each(Path)).options(&[value("-r", Name)]),
    ]),
];

/// Options for a view; those that name programs to compare, merge and edit are missing.
const VIEW: &[Options] = &[
    flags(
        "-v --verbose -q --quiet -u --show-updates -R --recursive --xml --incremental --no-ignore",
    ),
    value("-r --revision -l --limit", Name),
];
