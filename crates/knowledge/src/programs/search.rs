//! Programs that search: text in files, and files by name.

use super::files::SEEN;
use crate::row::Kind::{Begins, Either, Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, Syntax, attached, each, flags, looks, refused, refused_value,
    then, value,
};

const PATTERNS: &str = "reads patterns from any file, which can show what it holds";
const RUNS: &str = "runs another program";

/// Values of `--color` and similar options.
const WHEN: Kind = OneOf("auto always never");
const HELP: Options = flags("--help --version");
/// `-5` means lines of context, and digits may stand in a cluster: `-5n`.
const DIGITS: Options = flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9");

/// Lines of context. ack and ag take a value that is no plain number for the pattern.
const LINES: Kind = OneOf("0 1 2 3 4 5 6 7 8 9 10 12 15 20 25 30 40 50 60 80 100 150 200");

/// Where find starts. No path of another form: even after `--`, find takes `-delete` for an action.
const START: Kind = Either(&[Name, Begins("/"), Begins("./")]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ack ack-grep").input(Input::Data).reads_workdir().in_place_of_first("-f --match")
        .operands(then(&[Text], Path)).options(&[
        HELP,
        flags("-f -l,--files-with-matches -L,--files-without-matches -c,--count -i,--ignore-case"),
        flags("-S,--smart-case --nosmart-case -I,--no-ignore-case -v,--invert-match -w,--word-regexp"),
        flags("-Q,--literal -o --passthru -1 -H,--with-filename -h,--no-filename --column --nocolumn"),
        flags("--print0 -s --nopager --heading --noheading --break --nobreak --group --nogroup"),
        flags("--color --nocolor --colour --nocolour --flush --sort-files --show-types --follow --nofollow"),
        flags("-r,-R,--recurse -n,--no-recurse -k,--known-types --noenv --help-types"),
        value("-A -B -C", LINES),
        value("-m,--max-count", Number),
        attached("--after-context --before-context --context --proximate", Number),
        value("--match --type --ignore-dir --ignore-directory --ignore-file -t -T", Text),
        refused_value("--output", "has text that is evaluated as Perl"),
        refused_value("--pager", RUNS),
        refused_value("--ackrc --files-from", "reads options or names from any file"),
    ]),
    looks("ag").input(Input::Data).reads_workdir().in_place_of_first("-g").operands(then(&[Text], Path)).options(&[
        HELP,
        flags("--ackmate --break --nobreak -c,--count --color --nocolor --column --filename --nofilename"),
        flags("-H,--heading --noheading --group --nogroup -l,--files-with-matches -L,--files-without-matches"),
        flags("--numbers --nonumbers -o,--only-matching --passthrough --silent --stats --stats-only --vimgrep"),
        flags("-0,--null,--print0 -a,--all-types -f,--follow -F,--fixed-strings --hidden -i,--ignore-case"),
        flags("--one-device -Q,--literal -s,--case-sensitive -S,--smart-case --search-binary -t,--all-text"),
        flags("-u,--unrestricted -U,--skip-vcs-ignores -v,--invert-match -w,--word-regexp"),
        flags("--print-all-files --print-long-lines --nopager"),
        value("-A -B -C", LINES),
        attached("--after --before --context", Number),
        value("--depth -m,--max-count -W,--width", Number),
        value("-g,--filename-pattern -G,--file-search-regex --ignore --ignore-dir", Text),
        refused_value("-p,--path-to-ignore", PATTERNS),
        refused_value("--pager", RUNS),
    ]),
    // A shell script that takes the words after the first file for files, and splits its options at blanks: options
    // with a text are left out, and `-A 5` is read as `-A` and a pattern.
    looks("bzgrep bzegrep bzfgrep zstdgrep").input(Input::Data)
        .operands(then(&[Text], Path)).options(&[
        HELP, DIGITS, flags(ZGREP_FLAGS),
        attached("-A -B -C -m", Number),
        attached("--color --colour", WHEN),
        refused_value("-f,--file", PATTERNS),
    ]),
    looks("fd fdfind")
        .runs(&[Runs::After("-x -X --exec --exec-batch"), Runs::Values("-x -X --exec --exec-batch")])
        .operands(then(&[Text], SEEN)).options(&[
        HELP,
        flags("-H,--hidden -I,--no-ignore -u,--unrestricted --no-ignore-vcs --no-ignore-parent -s,--case-sensitive"),
        flags("-i,--ignore-case -g,--glob --regex -F,--fixed-strings -a,--absolute-path -L,--follow"),
        flags("-p,--full-path -0,--print0 --prune -1 -q,--quiet --show-errors --one-file-system -V"),
        flags("--no-require-git --strip-cwd-prefix -h"),
        value("-d,--max-depth,--maxdepth --min-depth --exact-depth --max-results -j,--threads", Number),
        value("-E,--exclude -e,--extension -S,--size --changed-within,--newer --changed-before,--older", Text),
        value("-t,--type -o,--owner --and --path-separator", Text),
        value("-c,--color", WHEN),
        value("--search-path", SEEN),
        refused("-x,--exec -X,--exec-batch -l,--list-details", RUNS),
        refused_value("--ignore-file", PATTERNS),
        refused_value("--base-directory", "sets the working directory"),
    ]),
    looks("find gfind").syntax(Syntax::Words).signs("( ) ! ,").runs(&[Runs::FindExec]).operands(each(START)).options(&[
        flags("-H -L -P -O0 -O1 -O2 -O3 -help -version -daystart -follow -nowarn -warn -depth -d -mount -xdev"),
        flags("-noleaf -ignore_readdir_race -noignore_readdir_race -empty -false -true -nouser -nogroup"),
        flags("-readable -writable -executable -print -print0 -ls -prune -quit -not -a -and -o -or"),
        value("-maxdepth -mindepth -amin -atime -cmin -ctime -mmin -mtime -gid -uid -inum -links -used", Number),
        value("-name -iname -lname -ilname -path -ipath -wholename -iwholename -regex -iregex", Text),
        value("-fstype -group -user -perm -size -type -xtype -context -printf", Text),
        value("-newermt -newerat -newerct -newerBt", Text),
        value("-regextype", OneOf("awk egrep emacs findutils-default gnu-awk grep posix-awk posix-basic \
            posix-egrep posix-extended posix-minimal-basic sed")),
        value("-newer -anewer -cnewer -newermm -newerma -newermc -newercm -newercc -newerca -samefile", SEEN),
        refused("-delete", "removes files"),
        refused_value("-fprint -fprint0 -fls", "writes a file"),
        refused_value("-fprintf", "writes a file"),
        refused_value("-files0-from -f", "reads names from any file"),
    ]),
    looks("grep egrep fgrep rgrep ggrep").input(Input::Data).in_place_of_first("-e --regexp -f --file")
        .operands(then(&[Text], Path)).options(&[
        HELP, DIGITS,
        flags("-E,--extended-regexp -F,--fixed-strings -G,--basic-regexp -P,--perl-regexp -i,--ignore-case -y"),
        flags("--no-ignore-case -w,--word-regexp -x,--line-regexp -z,--null-data -s,--no-messages"),
        flags("-v,--invert-match -V -b,--byte-offset -n,--line-number --line-buffered -H,--with-filename"),
        flags("-h,--no-filename -o,--only-matching -q,--quiet,--silent -a,--text -I -r,--recursive"),
        flags("-R,--dereference-recursive -L,--files-without-match -l,--files-with-matches -c,--count"),
        flags("-T,--initial-tab -Z,--null --no-group-separator -U,--binary"),
        value("-m,--max-count -A,--after-context -B,--before-context -C,--context", Number),
        value("-e,--regexp --label --include --exclude --exclude-dir --group-separator", Text),
        value("--binary-files", OneOf("binary text without-match")),
        value("-d,--directories", OneOf("read recurse skip")),
        value("-D,--devices", OneOf("skip")),
        attached("--color --colour", WHEN),
        refused_value("-f,--file --exclude-from", PATTERNS),
    ]),
    looks("locate plocate mlocate slocate").operands(each(Text)).options(&[
        HELP,
        flags("-A,--all -b,--basename -c,--count -e,--existing -i,--ignore-case -0,--null -N,--literal"),
        flags("-q,--quiet -r,--regexp --regex -w,--wholename -S,--statistics -L,--follow"),
        value("-l,--limit -n", Number),
        refused_value("-d,--database", "reads any file"),
    ]),
    looks("rg ripgrep")
        .runs(&[Runs::Values("--pre --hostname-bin")])
        .input(Input::Data).in_place_of_first("-e --regexp -f --file --files --type-list")
        .operands(then(&[Text], Path)).options(&[
        HELP,
        flags("--auto-hybrid-regex --binary --block-buffered -b,--byte-offset -s,--case-sensitive --column"),
        flags("-c,--count --count-matches --crlf --files -l,--files-with-matches --files-without-match"),
        flags("-F,--fixed-strings -L,--follow --glob-case-insensitive -h --heading -.,--hidden -i,--ignore-case"),
        flags("--include-zero -v,--invert-match --json --line-buffered -n,--line-number -x,--line-regexp"),
        flags("--max-columns-preview --mmap -U,--multiline --multiline-dotall --no-config -I,--no-filename"),
        flags("--no-heading --no-ignore --no-ignore-dot --no-ignore-exclude --no-ignore-files --no-ignore-global"),
        flags("--no-ignore-messages --no-ignore-parent --no-ignore-vcs -N,--no-line-number --no-messages"),
        flags("--no-mmap --no-require-git --no-unicode -0,--null --null-data --one-file-system -o,--only-matching"),
        flags("--passthru -P,--pcre2 --pcre2-version -p,--pretty -q,--quiet -S,--smart-case --stats -a,--text"),
        flags("--trim --type-list -u,--unrestricted -V --vimgrep -H,--with-filename -w,--word-regexp"),
        value("-A,--after-context -B,--before-context -C,--context -m,--max-count -M,--max-columns", Number),
        value("--max-depth,--maxdepth --max-filesize --dfa-size-limit --regex-size-limit -j,--threads", Number),
        value("-e,--regexp -g,--glob --iglob -r,--replace -t,--type -T,--type-not -E,--encoding", Text),
        value("--context-separator --field-context-separator --field-match-separator --colors", Text),
        value("--color", OneOf("never auto always ansi")),
        value("--engine", OneOf("default pcre2 auto")),
        value("--sort --sortr", OneOf("none path modified accessed created")),
        refused_value("-f,--file --ignore-file", PATTERNS),
        refused_value("--pre --hostname-bin", RUNS),
        refused("-z,--search-zip", RUNS),
    ]),
    looks("whereis").operands(each(Name)).options(&[HELP, flags("-b -m -s -u -l -h -V")]),
    looks("which").operands(each(Text)).options(&[flags("-a,--all -s")]),
    // Shell scripts that hand their words to `eval`: `-e` with an attached value that ends in a quote, and two more
    // words, run a command (gzip 1.12, xz 5.4). So the value of `-e` must be a plain one.
    looks("zgrep zegrep zfgrep xzgrep xzegrep xzfgrep lzgrep lzegrep lzfgrep").input(Input::Data)
        .in_place_of_first("-e").operands(then(&[Text], Path)).options(&[
        HELP, DIGITS, flags(ZGREP_FLAGS),
        value("-m -A -B -C", Number),
        value("-e", Name),
        attached("--color --colour", WHEN),
        refused_value("-f,--file", PATTERNS),
    ]),
];

/// Options that the wrappers of grep for packed files hand on to grep.
const ZGREP_FLAGS: &str = "-E,--extended-regexp -F,--fixed-strings -G,--basic-regexp -P,--perl-regexp -a,--text -b \
    -c,--count -i,--ignore-case -l,--files-with-matches -L,--files-without-match -n,--line-number -o,--only-matching \
    -q,--quiet -s,--no-messages -v,--invert-match -w,--word-regexp -x,--line-regexp -h,--no-filename \
    -H,--with-filename";
