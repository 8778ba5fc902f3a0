//! Programs that find, pack and compare files.

use super::table::{Binary, row, versioned};

const SEVEN_ZIP: &[(&str, &str)] = &[
    ("a d e rn u x", "writes or removes files"),
    ("-o", "writes where it says"),
    ("~@", "shows the lines of any file"),
];
const BINUTILS: &[(&str, &str)] = &[
    ("--plugin", "loads code from a file"),
    ("~@", "reads further options from a file"),
];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("7z", "", SEVEN_ZIP),
    row("7za", "", SEVEN_ZIP),
    row("7zr", "", SEVEN_ZIP),
    row("ar", "+", &[
        ("-d -m -q -r -x -s", "writes or removes files"),
        ("--plugin", "loads code from a file"),
        ("~@", "reads further options from a file"),
    ]),
    row("bzip2", "", &[("-d -z -f --decompress --compress --force *", "replaces files")]),
    row("cpio", "-F: -H: -C: -b: -c -t -v", &[
        ("-i -p -o --extract --pass-through --create", "writes files"),
        ("--rsh-command", "runs another program"),
        ("~:", "reaches another host through rsh"),
        ("--to-stdout -O", "writes where it says"),
    ]),
    row("csplit", "", &[("*", "writes files")]),
    row("diff3", "", &[("--diff-program", "runs another program")]),
    row("du", "-h -s -a -c -d: -x -k -m -b --max-depth: --exclude:", &[("--files0-from", "reads any file")]),
    row("fd", "", &[("-x -X --exec --exec-batch", "runs other programs")]),
    row("fdfind", "", &[("-x -X --exec --exec-batch", "runs other programs")]),
    row("file", "-f: -F: -e: -P: --files-from: --separator: --exclude: --parameter:", &[
        ("-C --compile", "writes a file"),
        ("-f --files-from", "reads any file"),
        ("-m --magic-file", "reads any file for its rules, and shows what it holds"),
    ]),
    row("find",
        "-name: -iname: -path: -ipath: -wholename: -regex: -iregex: -type: -mtime: -mmin: -atime: \
         -amin: -ctime: -cmin: -newer: -size: -user: -group: -perm: -maxdepth: -mindepth: \
         -printf: -links: -inum: -uid: -gid: -lname:", &[
        ("-exec -execdir -ok -okdir", "runs other programs"),
        ("-delete", "removes files"),
        ("-fprint -fprint0 -fprintf -fls", "writes a file"),
        ("-files0-from", "reads where to start from a file"),
    ]),
    row("gunzip", "-l -t --list --test", &[("-f -r --force --recursive *", "replaces files")]),
    row("gzip", "-l -t --list --test", &[("-d -f -r --decompress --force --recursive *", "replaces files")]),
    row("install", "-g: -m: -o: -S: -t:", &[("--strip-program", "runs another program")]),
    row("logrotate", "", &[
        ("-f --force -s --state -l --log -m --mail *", "rotates files and runs the scripts of its configuration"),
    ]),
    row("nm", "", BINUTILS),
    row("objdump", "", BINUTILS),
    row("patch", "", &[("-e --ed", "runs ed, which runs other programs"), ("-o --output -r --reject-file", "writes where it says")]),
    row("readelf", "", BINUTILS),
    row("rg", "", &[("--pre --hostname-bin", "runs another program"), ("-z --search-zip", "runs programs that decompress")]),
    row("run-parts", "--list --test --report", &[("*", "runs every program of a directory")]),
    row("sdiff", "", &[("-o --output", "writes a file"), ("--diff-program", "runs another program")]),
    row("sort", "-k: -t: -S: -n -r -u --key: --field-separator: --buffer-size: --parallel: --batch-size: --sort:", &[
        ("-o --output", "writes a file"),
        ("--compress-program", "runs another program"),
        ("-T --temporary-directory", "writes where it says"),
        ("--random-source --files0-from", "reads any file"),
    ]),
    row("split", "-a: -b: -C: -l: -n:", &[("--filter", "runs another program"), ("*", "writes files")]),
    row("tar", "+ -f: -b: -C: -X: -V: -K: -N: --file: --directory: --exclude: --list --verbose --exclude-from:", &[
        ("--checkpoint-action --to-command", "runs other programs"),
        ("-I --use-compress-program -F --info-script --new-volume-script", "runs another program"),
        ("--rsh-command --rmt-command", "runs another program"),
        (":", "reaches another host through rsh"),
        ("-T --files-from", "reads further options from a file"),
        ("-x --extract --get", "writes files"),
        ("-c --create -r --append -u --update -A --catenate --concatenate --delete", "writes an archive"),
        ("-g --listed-incremental --index-file --volno-file --remove-files", "writes or removes files"),
    ]),
    row("tree", "-L: -P: -I: -H: -T:", &[("-o -R", "writes a file")]),
    row("unzip", "-l -t -v -Z -p -c -z -q -x:", &[
        ("-d -o -n -u -f -a -b -j -K -X", "writes files"),
    ]),
    row("updatedb", "", &[("-o --output", "writes a file")]),
    versioned("xxd", "-l: -s: -c: -g: -o: -p -b -u", &[
        ("-r -revert", "writes what it is given"),
        ("*2", "writes a file"),
    ]),
    row("xz", "-l -t --list --test", &[
        ("-d -z -f --decompress --compress --force *", "replaces files"),
        ("--files --files0", "reads the names of files to replace from a file"),
    ]),
    row("zip", "-r -q", &[
        ("-T -TT --test --unzip-command", "runs another program"),
        ("-m --move -u -f -d --delete -O --output-file -b --temp-path -lf", "writes or removes files"),
    ]),
    row("zstd", "-l -t --list --test", &[
        ("-d -o -f --decompress --force --rm --output-dir-flat *", "writes or replaces files"),
    ]),
];
