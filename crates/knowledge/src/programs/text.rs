//! Filters: programs that read text and print it in another form.

use crate::language::Language::{Awk, AwkVariable, Jq, Sed, Yq};
use crate::row::Kind::{Never, Number, OneOf, Path, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, STREAM, Syntax, attached, each, effect, flags, looks, nothing,
    only, refused, refused_value, then, two, value,
};

const CONVERTS: &str = "converts files in place";
const WRITES: &str = "writes a file";
const PROGRAM: &str = "reads a program from any file";
const NAMES: &str = "reads names or patterns from any file, which can show what it holds";
const ANY_FILE: &str = "reads any file";
const RUNS: &str = "runs another program";

const HELP: Options = flags("--help --version");
const DIGITS: Options = flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9");
const WHEN: Kind = OneOf("auto always never");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // Behind its program, awk takes every word for a file, even one with a dash.
    looks("awk gawk mawk nawk original-awk").runs(&[Runs::Calls]).options_first().input(Input::Data)
        .in_place_of_first("-f --file -e --source").operands(then(&[Script(Awk)], Path)).options(&[
        HELP,
        flags("-b,--characters-as-bytes -M,--bignum -S,--sandbox -n,--non-decimal-data -V -P,--posix"),
        value("-F,--field-separator", Text),
        value("-v,--assign", Script(AwkVariable)),
        refused_value("-f,--file -E,--exec", PROGRAM).unseen(),
        refused_value("-i,--include -l,--load", "loads code").unseen(),
        refused_value("-W", "can read a program from any file").unseen(),
        refused("-o,--pretty-print -p,--profile -d,--dump-variables -D,--debug", WRITES),
    ]),
    // bat starts a pager only for a terminal, or with `always`.
    looks("bat batcat").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-A,--show-all -p,--plain -P -n,--number -f,--force-colorization -u,--unbuffered -h -V"),
        flags("-L,--list-languages --list-themes --no-config"),
        value("-l,--language -H,--highlight-line --file-name --theme -m,--map-syntax --style", Text),
        value("-r,--line-range --ignored-suffix", Text),
        value("--tabs --terminal-width --diff-context", Number),
        value("--wrap", OneOf("auto never character")),
        value("--color --decorations", WHEN),
        value("--italic-text", OneOf("always never")),
        value("--paging", OneOf("never")),
        refused_value("--pager", RUNS),
    ]),
    looks("cat gcat").input(Input::Data).operands(each(STREAM)).options(&[
        HELP,
        flags("-A,--show-all -b,--number-nonblank -e -E,--show-ends -n,--number -s,--squeeze-blank -t"),
        flags("-T,--show-tabs -u -v,--show-nonprinting"),
    ]),
    looks("ccze").input(Input::Data).options(&[
        flags("-A,--raw-ansi -V"),
        value("-m,--mode", OneOf("ansi html")),
        refused_value("-F,--rcfile -p,--plugin", "loads configuration or code"),
    ]),
    looks("cmp").input(Input::Data).operands(only(&[STREAM, STREAM, Number, Number])).options(&[
        HELP,
        flags("-b,--print-bytes -l,--verbose -s,--quiet,--silent -v"),
        value("-i,--ignore-initial -n,--bytes", Number),
    ]),
    looks("col colcrt colrm").input(Input::Data).operands(each(Number)).options(&[
        flags("-b,--no-backspaces -f,--fine -p,--pass -x,--spaces -h,--tabs"),
    ]),
    looks("column").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-t,--table -d,--table-noheadings -e,--table-header-repeat -L,--keep-empty-lines -J,--json"),
        flags("-x,--fillrows -h -V"),
        value("-l,--table-columns-limit -c,--output-width", Number),
        value("-s,--separator -o,--output-separator --table-name -N,--table-columns -O,--table-order", Text),
        value("-E,--table-noextreme -H,--table-hide -R,--table-right -T,--table-truncate -W,--table-wrap", Text),
        value("-r,--tree -i,--tree-id -p,--tree-parent", Text),
    ]),
    looks("comm").input(Input::Data).operands(only(&[Path, Path])).options(&[
        HELP,
        flags("-1 -2 -3 -i --check-order --nocheck-order --total -z,--zero-terminated"),
        value("--output-delimiter", Text),
    ]),
    nothing("csplit", WRITES).seen(),
    looks("cut").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-n --complement -s,--only-delimited -z,--zero-terminated"),
        value("-b,--bytes -c,--characters -d,--delimiter -f,--fields --output-delimiter", Text),
    ]),
    looks("diff gdiff").input(Input::Data).operands(only(&[Path, Path])).options(&[
        HELP, DIGITS,
        flags("--normal -q,--brief -s,--report-identical-files -c -u -e,--ed -n,--rcs -y,--side-by-side"),
        flags("--left-column --suppress-common-lines -p,--show-c-function -t,--expand-tabs -T,--initial-tab"),
        flags("--suppress-blank-empty -r,--recursive --no-dereference -N,--new-file --unidirectional-new-file"),
        flags("--ignore-file-name-case -i,--ignore-case -E,--ignore-tab-expansion -Z,--ignore-trailing-space"),
        flags("-b,--ignore-space-change -w,--ignore-all-space -B,--ignore-blank-lines -a,--text"),
        flags("--strip-trailing-cr -d,--minimal --speed-large-files -v"),
        value("-C -U -W,--width --tabsize --horizon-lines", Number),
        value("-F,--show-function-line -I,--ignore-matching-lines -L,--label -x,--exclude -D,--ifdef", Text),
        value("--line-format --old-line-format --new-line-format --unchanged-line-format", Text),
        value("--old-group-format --new-group-format --unchanged-group-format --changed-group-format", Text),
        attached("--context --unified", Number),
        attached("--color", WHEN),
        refused_value("-X,--exclude-from", NAMES),
        refused("-l,--paginate", RUNS),
        refused_value("--from-file --to-file -S,--starting-file", "names a further file"),
    ]),
    // Without `-i`, these change files; so do `-n` and `-o` with the files that they name.
    effect("dos2unix unix2dos mac2unix unix2mac", CONVERTS).seen().syntax(Syntax::None).input(Input::Data)
        .operands(each(Never(CONVERTS))).subcommands(&[
        looks("-i -ih -id -iu -im -ib -it -ie -ic -ip -i0 -ihdu -idu -idum -ihdum --info").syntax(Syntax::None)
            .input(Input::Data).operands(each(Path)),
        looks("-V --version -h --help -L --license"),
    ]),
    looks("expand unexpand").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-i,--initial -a,--all --first-only"),
        value("-t,--tabs", Number),
    ]),
    looks("fmt fold").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-b,--bytes -c,--crown-margin -s,--spaces,--split-only -u,--uniform-spacing"),
        value("-w,--width -g,--goal", Number),
    ]),
    looks("head ghead").input(Input::Data).operands(each(STREAM)).options(&[
        HELP, DIGITS,
        flags("-q,--quiet,--silent -v,--verbose -z,--zero-terminated"),
        value("-c,--bytes -n,--lines", Number),
    ]),
    looks("iconv").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-c -l,--list -s,--silent --verbose -V"),
        value("-f,--from-code -t,--to-code", OneOf(CHARSETS)),
        refused_value("-o,--output", WRITES),
    ]),
    looks("join").input(Input::Data).operands(only(&[Path, Path])).options(&[
        HELP,
        flags("-i,--ignore-case --check-order --nocheck-order --header -z,--zero-terminated"),
        value("-a -v -j -1 -2", Number),
        value("-e -o -t", Text),
    ]),
    looks("jq gojq jaq").input(Input::Data).in_place_of_first("-f --from-file")
        .operands(then(&[Script(Jq)], Path)).options(&[
        HELP,
        flags("-a,--ascii-output -c,--compact-output -C,--color-output -e,--exit-status -h -j,--join-output"),
        flags("-M,--monochrome-output -n,--null-input -r,--raw-output --raw-output0 -R,--raw-input -s,--slurp"),
        flags("-S,--sort-keys --seq --stream --stream-errors --tab --unbuffered -V --args --jsonargs"),
        value("--indent", Number),
        two("--arg --argjson", Text),
        refused("--slurpfile --rawfile --argfile", ANY_FILE),
        refused("-f,--from-file", PROGRAM),
        refused_value("-L", "sets where modules are found"),
    ]),
    nothing("lnav multitail", "can run commands and write files"),
    looks("look").operands(only(&[Text, Path])).options(&[flags("-a -d -f"), value("-t", Text)]),
    looks("nl").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-p,--no-renumber"),
        value("-i,--line-increment -l,--join-blank-lines -v,--starting-line-number -w,--number-width", Number),
        value("-b,--body-numbering -d,--section-delimiter -f,--footer-numbering -h,--header-numbering", Text),
        value("-n,--number-format -s,--number-separator", Text),
    ]),
    looks("paste").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-s,--serial -z,--zero-terminated"),
        value("-d,--delimiters", Text),
    ]),
    looks("pr").input(Input::Data).operands(each(Path)).options(&[
        HELP, DIGITS,
        flags("-a,--across -d,--double-space -m,--merge -t,--omit-header -T,--omit-pagination"),
        value("-l,--length -o,--indent -w,--width -W,--page-width", Number),
        value("-h,--header", Text),
    ]),
    looks("ptx tsort").input(Input::Data).operands(only(&[Path])).options(&[HELP]),
    looks("rev").input(Input::Data).operands(each(Path)).options(&[HELP, flags("-h -V")]),
    looks("sed gsed").runs(&[Runs::Calls]).input(Input::Data).in_place_of_first("-e --expression -f --file")
        .operands(then(&[Script(Sed)], Path)).options(&[
        HELP,
        flags("-n,--quiet,--silent -E,-r,--regexp-extended -s,--separate -u,--unbuffered -z,--null-data"),
        flags("--posix --sandbox --debug"),
        value("-e,--expression", Script(Sed)),
        // On BSD, `-l` takes no value, and the next word is the script.
        value("-l,--line-length", OneOf("0 1 20 40 60 70 72 78 80 100 120 132 160 200 240 500 1000")),
        attached("-i,--in-place", Text).refused("edits files in place"),
        refused_value("-f,--file", PROGRAM).unseen(),
    ]),
    looks("shuf").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-e,--echo -r,--repeat -z,--zero-terminated"),
        value("-i,--input-range -n,--head-count", Number),
        refused_value("-o,--output", WRITES),
        refused_value("--random-source", ANY_FILE),
    ]),
    looks("sort gsort").runs(&[Runs::Values("--compress-program")]).input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-b,--ignore-leading-blanks -d,--dictionary-order -f,--ignore-case -g,--general-numeric-sort"),
        flags("-i,--ignore-nonprinting -M,--month-sort -h,--human-numeric-sort -n,--numeric-sort"),
        flags("-R,--random-sort -r,--reverse -V,--version-sort -c -C --debug -m,--merge -s,--stable -u,--unique"),
        flags("-z,--zero-terminated"),
        value("-k,--key -t,--field-separator", Text),
        value("-S,--buffer-size --batch-size --parallel", Number),
        value("--sort", OneOf("general-numeric human-numeric month numeric random version")),
        attached("--check", OneOf("diagnose-first quiet silent")),
        refused_value("-o,--output", WRITES),
        refused_value("-T,--temporary-directory", WRITES),
        refused_value("--compress-program", RUNS),
        refused_value("--files0-from", NAMES),
        refused_value("--random-source", ANY_FILE),
    ]),
    nothing("split", "writes files, and can run a command for each").runs(&[Runs::Values("--filter")]).seen(),
    looks("tac").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-b,--before -r,--regex"),
        value("-s,--separator", Text),
    ]),
    looks("tail gtail").input(Input::Data).operands(each(Path)).options(&[
        HELP, DIGITS,
        flags("-f -F -q,--quiet,--silent --retry -v,--verbose -z,--zero-terminated"),
        value("-c,--bytes -n,--lines --max-unchanged-stats --pid -s,--sleep-interval", Number),
        attached("--follow", OneOf("name descriptor")),
    ]),
    looks("tr gtr").input(Input::Data).operands(only(&[Text, Text])).options(&[
        HELP,
        flags("-c,-C,--complement -d,--delete -s,--squeeze-repeats -t,--truncate-set1"),
    ]),
    looks("ul").input(Input::Data).operands(each(Path)),
    looks("uniq guniq").input(Input::Data).operands(only(&[Path, Never(WRITES)])).options(&[
        HELP,
        flags("-c,--count -d,--repeated -D -i,--ignore-case -u,--unique -z,--zero-terminated"),
        value("-f,--skip-fields -s,--skip-chars -w,--check-chars", Number),
        attached("--all-repeated --group", OneOf("none prepend separate append both")),
    ]),
    looks("wc").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-c,--bytes -m,--chars -l,--lines -L,--max-line-length -w,--words"),
        value("--total", OneOf("auto always only never")),
        refused_value("--files0-from", NAMES),
    ]),
    // Two programs are called yq: a wrapper of jq, and one in Go whose language can read files.
    looks("yq").input(Input::Data).operands(then(YAML, Path)).subcommands(&[
        looks("e eval ea eval-all").input(Input::Data).operands(then(YAML, Path)),
    ]).options(&[
        HELP,
        flags("-r -P,--prettyPrint -C,--colors -M,--no-colors -j,--tojson -n,--null-input -N,--no-doc"),
        flags("-e,--exit-status -c -y,--yaml-output,--yml-output -Y -S -v,--verbose -V -h"),
        value("-o,--output-format -p,--input-format", OneOf(FORMATS)),
        value("-I,--indent", Number),
        refused("-i,--in-place,--inplace", "edits files in place"),
        refused_value("-f,--from-file", PROGRAM),
        refused_value("-s,--split-exp --split-exp-file", WRITES),
    ]),
];

/// An expression of yq: a path into a document, without functions that read files.
const YAML: &[Kind] = &[Script(Yq)];

const FORMATS: &str = "y yaml j json p props c csv t tsv x xml toml auto a";

const CHARSETS: &str = "UTF-8 utf-8 UTF8 utf8 UTF-16 utf-16 UTF-16LE utf-16le UTF-16BE utf-16be UTF-32 ASCII ascii \
    US-ASCII us-ascii ISO-8859-1 iso-8859-1 ISO-8859-15 iso-8859-15 LATIN1 latin1 CP1252 cp1252 WINDOWS-1252 \
    windows-1252 CP437 cp437 CP850 cp850 UTF-8//TRANSLIT UTF-8//IGNORE utf-8//TRANSLIT utf-8//IGNORE ASCII//TRANSLIT \
    ascii//TRANSLIT ASCII//IGNORE US-ASCII//TRANSLIT";
