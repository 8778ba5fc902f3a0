//! Programs that show a text a page at a time, and manual pages.

use crate::row::Kind::{Package, Text};
use crate::row::{Row, Runs, each, flags, looks, nothing, refused, refused_value, value};

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("apropos whatis").operands(each(Package)).options(&[
        flags("-a,--and -e,--exact -l,--long -r,--regex -w,--wildcard -v,--verbose"),
        value("-s,--sections,--section", Text),
        refused_value("-C,--config-file", "reads settings from any file"),
        refused_value("-M,--manpath", "reads any file"),
    ]),
    nothing("less more most pager zless zmore bzless xzless lesspipe", "starts a pager that runs other programs")
        .runs(&[Runs::Values("-c --cmd + --eval -eval")]).seen(),
    looks("man").runs(&[Runs::Values("-P --pager -H --html")]).operands(each(Package)).options(&[
        flags("-a,--all -f,--whatis -k,--apropos -w,--where,--path,--location -W,--where-cat -V,--version"),
        value("-s,-S,--sections", Text),
        refused_value("-P,--pager -H,--html -p,--preprocessor", "runs another program"),
        refused("-t,--troff -X,--gxditview -Z,--ditroff", "runs another program"),
        refused_value("-C,--config-file -M,--manpath -m,--systems -r,--prompt", "reads any file"),
        refused("-l,--local-file", "reads any file"),
    ]),
];
