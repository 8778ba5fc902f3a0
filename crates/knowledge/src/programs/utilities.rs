//! Small utilities: words, numbers, dates; and editors, which grant nothing.

use super::files::SEEN;
use crate::row::Kind::{Any, Begins, Either, Name, Number, OneOf, Package, Text};
use crate::row::{
    Input, Options, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, value,
};

const EDITOR: &str = "is an editor: it writes files and can run commands";

const HELP: Options = flags("--help --version");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("cal ncal").operands(each(Text)).options(&[flags("-1 -3 -h -j -w -y -b -C -e -o")]),
    looks("date gdate").operands(only(&[Begins("+")])).options(&[
        HELP,
        flags("--debug --resolution -R,--rfc-email,--rfc-2822 -u,--utc,--universal"),
        value("-d,--date", Text),
        value("-r,--reference", SEEN),
        value("--rfc-3339", OneOf("date seconds ns")),
        attached("-I,--iso-8601", OneOf("date hours minutes seconds ns")),
        refused_value("-s,--set", "sets the clock"),
        refused_value("-f,--file", "reads any file, which can show what it holds"),
    ]),
    looks("dircolors").options(&[HELP, flags("-b,--sh,--bourne-shell -c,--csh,--c-shell -p,--print-database")]),
    looks("tput").operands(only(&[OneOf("cols lines colors longname")])).options(&[flags("-V"), value("-T", Package)]),
    looks("echo").syntax(Syntax::None).operands(each(Any)),
    looks("expr").syntax(Syntax::None).operands(each(Text)),
    looks("factor").input(Input::Data).operands(each(Number)).options(&[HELP, flags("-h,--exponents")]),
    looks("false true").operands(each(Text)).options(&[HELP]),
    // With `-d`, logrotate says what it would do and does nothing; it would show a file that is no configuration.
    effect("logrotate", "rotates logs").unseen("-d --debug --version").operands(only(&[
        Either(&[OneOf("/etc/logrotate.conf /etc/logrotate.d"), Begins("/etc/logrotate.d/")]),
    ])).only_with("-d --debug").options(&[
        HELP,
        flags("-d,--debug -v,--verbose -?"),
        refused("-f,--force", "rotates logs"),
        refused_value("-s,--state -l,--log", "writes a file"),
        refused_value("-m,--mail", "runs another program"),
    ]),
    looks("nproc").options(&[HELP, flags("--all"), value("--ignore", Number)]),
    looks("numfmt").input(Input::Data).operands(each(Number)).options(&[
        HELP,
        flags("--debug --grouping -z,--zero-terminated"),
        value("--to --from", OneOf("none auto si iec iec-i")),
        value("--padding --from-unit --to-unit", Number),
        value("-d,--delimiter --field --format --suffix", Text),
        value("--round", OneOf("up down from-zero towards-zero nearest")),
        value("--invalid", OneOf("abort fail warn ignore")),
        attached("--header", Number),
    ]),
    looks("pathchk").operands(each(Text)).options(&[HELP, flags("-p -P --portability")]),
    looks("printenv").operands(each(Name)).options(&[HELP, flags("-0,--null")]),
    looks("printf").syntax(Syntax::None).operands(each(Text)),
    looks("seq").operands(only(&[Number, Number, Number])).options(&[
        HELP,
        flags("-w,--equal-width -0 -1 -2 -3 -4 -5 -6 -7 -8 -9"),
        value("-f,--format -s,--separator", Text),
    ]),
    looks("sleep").operands(each(Number)).options(&[HELP]),
    looks("type").operands(each(Name)).options(&[flags("-a -t -p -P -f")]),
    // A number would set a limit.
    looks("ulimit").options(&[
        flags("-a -b -c -d -e -f -H -i -k -l -m -n -P -p -q -R -r -S -s -T -t -u -v -w -x"),
    ]),
    looks("yes").operands(each(Text)).options(&[HELP]),
    nothing("vi vim view vimdiff rvim rview ex ed red nano rnano pico joe jmacs micro nvim emacs emacsclient mcedit \
        kak hx helix ne mg zile jed sensible-editor editor", EDITOR)
        .runs(&[Runs::Values("-c --cmd + --eval -eval")]).versioned(),
];
