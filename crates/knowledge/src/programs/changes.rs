//! Programs that make, remove, copy and change files: a rule that names the program grants this effect.
//!
//! Such a rule says where: `rm /tmp/cache/*`. A rule must spell options that work on whole trees or write elsewhere.

use super::files::SEEN;
use crate::row::Kind::{self, Either, Never, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, attached, each, effect, flags, nothing, only, refused, refused_value,
    value,
};

const TREES: &str = "changes whole trees";
const COPIES: &str = "writes files";
const OWNER: &str = "changes who may do what with a file";
const ELSEWHERE: &str = "names a further file or directory";

const HELP: Options = flags("--help --version");

/// Operands of tee that are no file.
const STREAM: Kind = Either(&[OneOf("/dev/stderr /dev/stdout /dev/null"), Never(COPIES)]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    effect("chmod chown chgrp", OWNER).seen().operands(each(Never(OWNER))).options(&[
        HELP,
        flags("-c,--changes -f,--silent,--quiet -v,--verbose -h,--no-dereference --preserve-root"),
        refused("-R,--recursive -H -L -P", TREES),
        refused("--no-preserve-root", TREES),
        refused_value("--reference --from", ELSEWHERE),
    ]),
    effect("cp mv ln", COPIES).seen().operands(each(Never(COPIES))).options(&[
        HELP,
        flags("-i,--interactive -n,--no-clobber -v,--verbose -T,--no-target-directory -u,--update -p"),
        refused("-f,--force -R,-r,--recursive -a,--archive --remove-destination -s,--symbolic -l,--link", TREES),
        refused("-b --backup --parents --attributes-only", COPIES),
        refused_value("-t,--target-directory -S,--suffix", ELSEWHERE),
    ]),
    nothing("dd", "writes any file or device").seen(),
    nothing("prename rename", "runs code of perl on names"),
    nothing("fallocate mknod mkfifo patch rename.ul setfacl setfattr setcap chattr shred wipe sponge",
        "changes files in many ways").seen(),
    effect("install ginstall", COPIES).operands(each(Never(COPIES))).options(&[
        HELP,
        flags("-v,--verbose -p,--preserve-timestamps -T,--no-target-directory -C,--compare"),
        refused("-d,--directory -D -b --backup -s,--strip", COPIES),
        refused_value("-t,--target-directory -S,--suffix", ELSEWHERE),
        refused_value("--strip-program", "runs another program"),
        refused_value("-m,--mode -o,--owner -g,--group", OWNER),
    ]),
    effect("link unlink", "makes or removes a name").operands(each(Never("makes or removes a name"))).options(&[HELP]),
    effect("mkdir", "makes directories").seen().operands(each(Path)).options(&[
        HELP,
        flags("-p,--parents -v,--verbose"),
        refused_value("-m,--mode", OWNER),
    ]),
    effect("mktemp", "makes a new file").operands(only(&[Never("makes a new file")])).options(&[
        HELP,
        flags("-d,--directory -u,--dry-run -q,--quiet -t"),
        refused_value("-p,--tmpdir --suffix", ELSEWHERE),
    ]),
    effect("rm", "removes its operands").operands(each(Path)).options(&[
        HELP,
        flags("-f,--force -i -I -d,--dir -v,--verbose --one-file-system --preserve-root"),
        attached("--interactive", OneOf("never once always")),
        refused("-r,-R,--recursive", "removes whole trees"),
        refused("--no-preserve-root", "removes whole trees"),
    ]),
    effect("rmdir", "removes empty directories").seen().operands(each(Path)).options(&[
        HELP,
        flags("--ignore-fail-on-non-empty -v,--verbose"),
        refused("-p,--parents", "removes directories above"),
    ]),
    effect("tee", COPIES).seen().input(Input::Data).operands(each(STREAM)).options(&[
        HELP,
        flags("-a,--append -i,--ignore-interrupts -p"),
        attached("--output-error", OneOf("warn warn-nopipe exit exit-nopipe")),
    ]),
    effect("touch", "makes files and sets their times").seen().operands(each(Path)).options(&[
        HELP,
        flags("-a -c,--no-create -f -h,--no-dereference -m"),
        value("-d,--date -t", Text),
        value("-r,--reference", SEEN),
        value("--time", OneOf("access atime use modify mtime")),
    ]),
    effect("truncate", "cuts off or extends its operands").seen().operands(each(Path)).options(&[
        HELP,
        flags("-c,--no-create -o,--io-blocks"),
        value("-s,--size", Number),
        refused_value("-r,--reference", ELSEWHERE),
    ]),
];
