//! Programs that show, edit and filter text.

use super::table::{Binary, Doors, row, versioned};

const AWK: Doors = &[
    ("<awk>", "runs programs or writes files in its script"),
    (
        "-f --file -E --exec -i --include",
        "reads its script from a file",
    ),
    ("-l --load -W", "loads code from a file"),
    (
        "-o --pretty-print -d --dump-variables -p --profile",
        "writes a file",
    ),
    ("-D --debug", "starts a debugger that runs other programs"),
];
const AWK_OPTIONS: &str = "-F: -v: --field-separator: --assign: --version";
const EDITOR: Doors = &[(
    "**",
    "starts an editor that runs other programs and writes files",
)];
const PAGER: Doors = &[("**", "starts a pager that runs other programs")];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("ag", "", &[("--pager", "runs another program")]),
    row("awk", AWK_OPTIONS, AWK),
    row("bat", "", &[("--pager --diff", "runs another program"), ("cache", "writes a cache of its own syntaxes")]),
    row("batcat", "", &[("--pager --diff", "runs another program"), ("cache", "writes a cache of its own syntaxes")]),
    row("dc", "-e: --expression:", &[("~!", "runs another program"), ("-f --file *", "reads its script from a file")]),
    row("ed", "", EDITOR),
    versioned("emacs", "", EDITOR),
    row("emacsclient", "", EDITOR),
    row("ex", "", EDITOR),
    row("fzf", "", &[("**", "runs another program to list or to show")]),
    row("gawk", AWK_OPTIONS, AWK),
    row("iconv", "-f: -t: -c -s -l", &[("-o --output", "writes a file")]),
    row("less", "", PAGER),
    row("man", "-s: -S: -e: -L: -M: -k -f -w -a --path --where --apropos --whatis", &[
        ("-P --pager -H --html", "runs another program"),
        ("-C --config-file", "reads the programs to run from a file"),
        ("-l --local-file ~/", "reads any file"),
        ("-X --gxditview -p --preprocessor -T --troff-device -t --troff", "runs other programs"),
    ]),
    row("mandb", "", &[("-C --config-file", "reads where to write from a file")]),
    row("mawk", AWK_OPTIONS, AWK),
    row("mlr", "", &[
        ("-I", "replaces files"),
        ("~system ~exec ~tee ~| ~> --prepipe --prepipex", "runs programs or writes files in its script"),
        ("-s --load --mload put/-f filter/-f", "reads its script from a file"),
    ]),
    row("more", "", PAGER),
    row("most", "", PAGER),
    row("nano", "", EDITOR),
    row("nawk", AWK_OPTIONS, AWK),
    versioned("nvim", "", EDITOR),
    row("original-awk", AWK_OPTIONS, AWK),
    row("pager", "", PAGER),
    row("pico", "", EDITOR),
    row("red", "", EDITOR),
    row("rvim", "", EDITOR),
    row("sed",
        "-e: --expression: -n -E -r -u -z -s --quiet --silent --debug --posix --sandbox \
         --null-data --separate --unbuffered --regexp-extended --follow-symlinks", &[
        ("-i -I --in-place", "replaces files"),
        ("-f --file", "reads its script from a file"),
        ("<sed>", "may run programs, or read or write files, in its script"),
    ]),
    row("shuf", "-n: -i: -e -r -z", &[("-o --output", "writes a file"), ("--random-source", "reads any file")]),
    row("strings", "-n: -a -t: -e: --bytes:", &[("~@", "reads further options from a file")]),
    row("tee", "", &[("*", "writes a file")]),
    row("uniq", "-c -d -u -i -z -D -f: -s: -w: --count --repeated --unique --skip-fields: --skip-chars: --check-chars:", &[
        ("*2", "writes a file"),
    ]),
    row("vi", "", EDITOR),
    row("view", "", PAGER),
    versioned("vim", "", EDITOR),
    row("vimdiff", "", EDITOR),
    row("wc", "-l -w -c -m -L --lines --words --bytes --chars", &[("--files0-from", "reads any file")]),
    row("xmllint", "", &[("-o --output --shell -output -shell", "writes a file, or reads commands")]),
    row("xsltproc", "", &[
        ("-o --output -output --writesubtree", "writes a file"),
        ("--load-trace --profile", "tells which files it read"),
    ]),
    row("yq", "", &[("-i --inplace --in-place -s --split-exp", "writes files"), ("--security-enable-system-operator", "runs other programs")]),
    row("zless", "", PAGER),
    row("zmore", "", PAGER),
];
