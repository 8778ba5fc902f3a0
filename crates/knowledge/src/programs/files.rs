//! Programs that say what files and file systems are: their names, sizes, owners, kinds.

use crate::row::Kind::{Any, Begins, Device, Either, Number, OneOf, Path, Text};
use crate::row::{
    Input, Kind, Options, Row, Syntax, attached, each, flags, looks, only, refused, refused_value,
    value,
};

const NAMES: &str = "reads names or patterns from any file, which can show what it holds";

/// A path of which a program looks only at the outside: name, owner, size. Devices, too.
pub const SEEN: Kind = Either(&[Path, OneOf("/"), Begins("/")]);

/// As [`SEEN`], for a program without an option that acts: its words may be read from elsewhere.
const SEEN_OR_READ: Kind = Either(&[Path, Any]);

/// As [`SEEN`], for a program that opens the file.
const MOUNTED: Kind = Either(&[
    Path,
    Device,
    OneOf("/ /dev /proc /sys /dev/shm"),
    Begins("/proc/"),
    Begins("/sys/"),
]);

const WHEN: Kind = OneOf("auto always never");
const HELP: Options = flags("--help --version");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("basename").operands(each(Any)).options(&[
        HELP,
        flags("-a,--multiple -z,--zero"),
        value("-s,--suffix", Text),
    ]),
    // The paths behind `cd` on the line are relative to this directory.
    looks("cd").operands(only(&[Path])),
    looks("df").operands(each(MOUNTED)).options(&[
        HELP,
        flags("-a,--all -h,--human-readable -H,--si -i,--inodes -k -m -l,--local -P,--portability --no-sync"),
        flags("--total -T,--print-type -v"),
        value("-B,--block-size -t,--type -x,--exclude-type", Text),
        attached("--output", Text),
    ]),
    looks("dirname").operands(each(Any)).options(&[HELP, flags("-z,--zero")]),
    looks("du").operands(each(SEEN)).options(&[
        HELP,
        flags("-0,--null -a,--all --apparent-size -b,--bytes -c,--total -D,--dereference-args -H"),
        flags("-h,--human-readable --inodes -k -L,--dereference -l,--count-links -m -P,--no-dereference"),
        flags("-S,--separate-dirs --si -s,--summarize -x,--one-file-system"),
        value("-d,--max-depth", Number),
        value("-B,--block-size -t,--threshold --exclude --time-style", Text),
        attached("--time", OneOf("atime access use ctime status mtime")),
        refused_value("--files0-from -X,--exclude-from", NAMES),
    ]),
    looks("file").operands(each(FILE)).options(&[
        HELP,
        flags("-v -b,--brief -i,--mime --mime-type --mime-encoding --extension --apple -k,--keep-going"),
        flags("-L,--dereference -h,--no-dereference -N,--no-pad -n,--no-buffer -0,--print0 -r,--raw"),
        flags("-s,--special-files -l,--list"),
        value("-F,--separator -P,--parameter", Text),
        value("-e,--exclude --exclude-quiet",
            OneOf("apptype ascii cdf compress csv elf encoding soft tar json text tokens")),
        refused("-C,--compile", "writes a file"),
        refused("-z,--uncompress -Z,--uncompress-noreport", "runs other programs"),
        refused_value("-f,--files-from -m,--magic-file", NAMES),
    ]),
    looks("getcap").operands(each(SEEN)).options(&[flags("-r -v -n -h -l")]),
    looks("getfacl").operands(each(SEEN)).options(&[
        HELP,
        flags("-a,--access -d,--default -c,--omit-header -e,--all-effective -E,--no-effective -s,--skip-base"),
        flags("-R,--recursive -L,--logical -P,--physical -t,--tabular -n,--numeric --one-file-system"),
        flags("-p,--absolute-names -v -h"),
    ]),
    looks("getfattr").operands(each(SEEN)).options(&[
        HELP,
        flags("-d,--dump --only-values -h,--no-dereference --one-file-system --absolute-names -R,--recursive"),
        flags("-L,--logical -P,--physical"),
        value("-n,--name -m,--match", Text),
        value("-e,--encoding", OneOf("text hex base64")),
    ]),
    looks("ls dir vdir gls").operands(each(SEEN_OR_READ)).options(&[
        HELP,
        flags("-a,--all -A,--almost-all --author -b,--escape -B,--ignore-backups -c -C -d,--directory -D,--dired"),
        flags("-f -F -g -G,--no-group -h,--human-readable --si -H,--dereference-command-line -i,--inode"),
        flags("--dereference-command-line-symlink-to-dir --file-type -k,--kibibytes -l -L,--dereference -m"),
        flags("-n,--numeric-uid-gid -N,--literal -o -p -q,--hide-control-chars --show-control-chars"),
        flags("-Q,--quote-name -r,--reverse -R,--recursive -s,--size -S -t -u -U -v -x -X -Z,--context --zero -1"),
        flags("--full-time --group-directories-first -e"),
        value("--block-size --hide -I,--ignore --time-style", Text),
        value("-w,--width", Number),
        value("--format", OneOf("across commas horizontal long single-column verbose vertical")),
        value("--indicator-style", OneOf("none slash file-type classify")),
        value("--quoting-style", OneOf("literal locale shell shell-always shell-escape shell-escape-always c escape")),
        value("--sort", OneOf("none size time version extension width name")),
        value("--time", OneOf("atime access use ctime status birth creation mtime modification")),
        attached("--color --hyperlink --classify", WHEN),
    ]),
    looks("lsattr").operands(each(Path)).options(&[flags("-R -V -a -d -l -p -v")]),
    looks("namei").operands(each(SEEN_OR_READ)).options(&[
        HELP,
        flags("-x,--mountpoints -m,--modes -o,--owners -l,--long -n -v,--vertical -h -V"),
    ]),
    // The keys of ncdu remove files, and come from a terminal: only a list is granted, no screen.
    looks("ncdu").operands(only(&[SEEN])).input(Input::Program).options(&[
        flags("-h,--help -q -v,-V,--version -x,--one-file-system -e,--extended -r -0 -1 -2 --si --exclude-kernfs"),
        flags("--exclude-caches --apparent-size --disk-usage"),
        value("-o", OneOf("-")),
        value("--exclude", Text),
        refused_value("-f", NAMES),
        refused_value("-X,--exclude-from", NAMES),
    ]),
    looks("pwd").options(&[HELP, flags("-L,--logical -P,--physical")]),
    looks("readlink realpath").operands(each(SEEN_OR_READ)).options(&[
        HELP,
        flags("-f,--canonicalize -e,--canonicalize-existing -m,--canonicalize-missing -n,--no-newline -q,--quiet"),
        flags("-s,--silent,--strip,--no-symlinks -v,--verbose -z,--zero -L,--logical -P,--physical"),
        value("--relative-to --relative-base", SEEN),
    ]),
    looks("stat gstat").operands(each(SEEN_OR_READ)).options(&[
        HELP,
        flags("-L,--dereference -f,--file-system -t,--terse"),
        value("-c,--format --printf", Text),
        value("--cached", OneOf("always never default")),
    ]),
    looks("sync").operands(each(Path)).options(&[HELP, flags("-d,--data -f,--file-system")]),
    // tree takes the letters behind a letter with a value for options: `-Po X OUT` writes. So values that are
    // letters of options are left out.
    looks("tree").operands(each(SEEN)).options(&[
        HELP,
        flags("-a -d -l -f -x -q -N -Q -p -u -g -s -h -D -F -v -t -c -U -r -i -A -S -n -C -X -J"),
        flags("--gitignore --ignore-case --matchdirs --metafirst --prune --noreport --si --du --inodes --device"),
        flags("--dirsfirst --filesfirst --nolinks"),
        value("-L", OneOf("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")),
        value("-P", Begins("*")),
        value("-I", Either(&[Begins("*"), Begins("."), OneOf("node_modules __pycache__ vendor target venv")])),
        value("--filelimit", Number),
        value("--charset", OneOf("utf-8 UTF-8 ascii ASCII")),
        value("--timefmt", Text),
        value("--sort", OneOf("name version size mtime ctime none")),
        refused_value("-o", "writes a file"),
        refused("-R", "can write files"),
        refused("--fromfile --info", NAMES),
        refused_value("--infofile --gitfile --hintro --houtro", NAMES),
    ]),
    looks("test [").syntax(Syntax::None).operands(each(Text)),
];

/// A file that file(1) may read a part of. Disks only as a whole or by their first partitions: to open some
/// other devices, as a watchdog or a tape, changes their state.
const FILE: Kind = Either(&[Path, OneOf(DISKS)]);

const DISKS: &str = "/dev/sda /dev/sda1 /dev/sda2 /dev/sda3 /dev/sda4 /dev/sda5 /dev/sdb /dev/sdb1 /dev/sdb2 /dev/sdb3 \
    /dev/sdc /dev/sdc1 /dev/sdc2 /dev/sdd /dev/sdd1 /dev/vda /dev/vda1 /dev/vda2 /dev/vda3 /dev/vda14 /dev/vda15 \
    /dev/vdb /dev/vdb1 /dev/vdc /dev/vdc1 /dev/xvda /dev/xvda1 /dev/xvdb /dev/xvdb1 /dev/xvdf /dev/nvme0n1 \
    /dev/nvme0n1p1 /dev/nvme0n1p2 /dev/nvme0n1p3 /dev/nvme1n1 /dev/nvme1n1p1 /dev/md0 /dev/md1 /dev/md127 /dev/dm-0 \
    /dev/dm-1 /dev/dm-2";
