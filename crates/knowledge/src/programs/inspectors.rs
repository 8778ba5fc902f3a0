//! Programs that show what files and records hold: bytes, pages of documents, logins, commands that ran.

use super::files::SEEN;
use crate::row::Kind::{self, Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, Syntax, attached, each, flags, looks, only, refused, refused_value, value,
};

const ANY_FILE: &str = "reads any file";
const RUNS: &str = "loads or runs code";
const WRITES: &str = "writes a file";

const HELP: Options = flags("-h,--help -V,--version");
const LOGINS: Kind =
    OneOf("/var/log/wtmp /var/log/wtmp.1 /var/log/btmp /var/log/btmp.1 /var/run/utmp /run/utmp");
const ACCOUNTING: Kind =
    OneOf("/var/log/account/pacct /var/log/account/pacct.0 /var/account/pacct");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ac").operands(each(Name)).options(&[
        HELP,
        flags("-d,--daily-totals -p,--individual-totals --complain --reboots --supplants --timewarps -a,--all-days"),
        flags("--print-year --print-zeros -y -z"),
        value("-f,--file", LOGINS),
    ]),
    looks("ausyscall").operands(only(&[Name, Name])).options(&[flags("--dump --exact")]),
    looks("duf").syntax(Syntax::Words).operands(each(Path)).options(&[
        flags("-all -inodes -json -version -warnings"),
        value("-hide -hide-fs -hide-mp -only -only-fs -only-mp -output -sort -style -theme", Name),
        value("-width", Number),
    ]),
    looks("envsubst").input(Input::Data).operands(only(&[Text])).options(&[HELP, flags("-v,--variables")]),
    looks("exa eza lsd").operands(each(SEEN)).options(&[
        flags("-1,--oneline -l,--long -G,--grid -x,--across -R,--recurse -T,--tree -F,--classify --icons --no-icons"),
        flags("-a,--all -d,--list-dirs -r,--reverse --group-directories-first -D,--only-dirs -g,--group -h,--header"),
        flags("-i,--inode -m,--modified -n,--numeric -u,--accessed -v,--version --help"),
        value("-L,--level --depth", Number),
        attached("--color --colour", OneOf("always auto never")),
    ]),
    looks("hexyl").input(Input::Data).operands(only(&[Path])).options(&[
        flags("-C,--characters --no-squeezing -v -p,--plain --version --help"),
        value("-n,--length -s,--skip --block-size", Text),
        value("--color", OneOf("always auto never force")),
        value("--border", OneOf("unicode ascii none")),
    ]).by_manual(),
    looks("lastcomm").operands(each(Name)).options(&[
        flags("-h,--help -V,--version -p,--show-paging --forwards --strict-match --print-controls --pid"),
        value("--user --tty --command", Name),
        value("-f,--file", ACCOUNTING),
    ]),
    looks("pdfinfo").operands(only(&[Path])).options(&[flags("-box -meta -isodates -rawdates -v -h -url -struct")])
        .syntax(Syntax::Words),
    looks("pv").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-p,--progress -t,--timer -e,--eta -r,--rate -a,--average-rate -b,--bytes -n,--numeric -q,--quiet"),
        flags("-W,--wait -l,--line-mode -f,--force -c,--cursor"),
        value("-s,--size -i,--interval -w,--width -H,--height -L,--rate-limit -B,--buffer-size", Number),
        value("-D,--delay-start", Number),
        value("-N,--name", Name),
        refused_value("-R,--remote", "changes another process"),
        refused_value("-P,--pidfile -o,--output", WRITES),
    ]),
    looks("rhash xxhsum xxh64sum xxh128sum").input(Input::Data).operands(each(Path)).options(&[
        flags("-c,--check -q,--quiet --version --help --md5 --sha1 --sha256 --sha512 --crc32"),
    ]).by_manual(),
    // `-r` makes records of a text, and writes them to the standard output.
    looks("utmpdump").operands(only(&[LOGINS])).options(&[
        flags("-h,--help -V,--version -f,--follow"),
        refused_value("-o,--output", WRITES),
    ]),
    looks("uuidgen").options(&[HELP, flags("-r,--random")]),
    looks("mcookie").options(&[HELP, refused_value("-f,--file", ANY_FILE)]),
    looks("zcmp zdiff bzcmp bzdiff xzcmp xzdiff").operands(only(&[PLAIN, PLAIN])).options(&[
        flags("-u -q -s -i -w -b -B --help --version"),
        refused("-l", RUNS),
    ]),
];

/// An operand that a script of a shell hands on.
const PLAIN: Kind = Name;
