//! Packed files and archives: listing, testing and printing them looks; packing and unpacking writes.
//!
//! Most of these programs let the last of `-t`, `-l` and `-d` win: `xz -t -d F` unpacks F in place. For them options
//! are whole words, and `-d` is an option only together with `-c`.

use crate::row::Kind::{Begins, Either, Name, Never, Number, OneOf, Path, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, Syntax, attached, each, effect, flags, looks, only, refused,
    refused_value, then, value,
};

const IN_PLACE: &str = "packs or unpacks files in place";
const CHANGES: &str = "changes archives or files";
const WRITES: &str = "writes a file";
const RUNS: &str = "runs another program";
const NAMES: &str = "reads names or options from any file";
const PLACE: &str = "sets the working directory";

const HELP: Options = flags("--help --version");

/// A file that is only listed. No device, since to open one may change its state.
const ARCHIVE: Kind = Path;
/// An archive on this host: `HOST:FILE` is a file of another host, and no path.
const LOCAL: Kind = Path;
/// A file that is only read, because the row says `only_with`.
const PACKED: Kind = Path;

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("7z 7za 7zr 7zz").syntax(Syntax::Words).subcommands(&[
        effect("a d u rn", CHANGES),
        effect("e x", WRITES),
        looks("i").syntax(Syntax::Words),
        looks("l t").syntax(Syntax::Words).operands(each(Path)).options(&[
            flags("-slt -ba -bd -bt -bb -bb0 -bb1 -bb2 -bb3 -r -y"),
        ]),
    ]),
    // The first word of ar is its command, with or without a dash; `@file` anywhere is a file of options.
    looks("ar gar").syntax(Syntax::None).operands(each(Never(CHANGES))).subcommands(&[
        looks("t tv tO tvO tP p pv -t -tv -p s-").syntax(Syntax::None).operands(then(&[ARCHIVE], Name)),
    ]),
    // For bsdtar and tar, one word of letters comes first, then the archive, then patterns.
    looks("bsdtar")
        .runs(&[Runs::Values("-I -F --to-command --checkpoint-action --use-compress-program --info-script \
            --new-volume-script --rsh-command --rmt-command")])
        .syntax(Syntax::Bundle).input(Input::Data).operands(each(Text)).options(&[
        HELP,
        flags("-t,--list -v,--verbose -z -j -J --lzma --zstd --numeric-owner -q,--fast-read"),
        value("-f,--file", Path),
        value("--exclude --include", Text),
        refused("-x,--extract -c,--create -r,--append -u,--update -A", CHANGES),
        refused_value("-C,--cd,--directory", PLACE),
        refused_value("--use-compress-program", RUNS),
        refused_value("-T,--files-from -X,--exclude-from", NAMES),
    ]),
    effect("bzip2 bunzip2", IN_PLACE).syntax(Syntax::Words).input(Input::Data).operands(each(PACKED))
        .only_with("-c -dc -cd -dkc -dck -kdc -ckd -t -tv -vt -tq -tk").options(&[
        flags("-c -dc -cd -dkc -dck -kdc -ckd -t -tv -vt -tvv -tq -tk -k -v -vv -q -s -V -L -h"),
        refused("-f --force", "overwrites files"),
    ]),
    looks("bzcat").input(Input::Data).operands(each(Path)).options(&[flags("-s -q -v")]),
    effect("cpio", WRITES)
        .runs(&[Runs::Values("--rsh-command")])
        .syntax(Syntax::None).operands(each(Never(WRITES))).subcommands(&[
        looks("-t -it -ti -tv -itv -tvi -ivt --list --version").syntax(Syntax::None).input(Input::Data)
            .operands(each(MEMBER)),
        looks("-tF -itF -tvF -itvF -ivtF").syntax(Syntax::None).operands(then(&[LOCAL], MEMBER)),
    ]),
    effect("gzip gunzip", IN_PLACE).input(Input::Data).operands(each(PACKED))
        .only_with("-c --stdout --to-stdout -l --list -t --test").options(&[
        HELP,
        flags("-c,--stdout,--to-stdout -d,--decompress,--uncompress -k,--keep -l,--list -L,--license -n,--no-name"),
        flags("-N,--name -q,--quiet -t,--test -v,--verbose -V -h -1,--fast -2 -3 -4 -5 -6 -7 -8 -9,--best"),
        refused("-f,--force", "overwrites files"),
        refused("-r,--recursive", "packs whole trees"),
    ]),
    effect("lz4 unlz4", IN_PLACE).syntax(Syntax::Words).input(Input::Data).operands(only(&[PACKED]))
        .only_with("-c -dc -cd -dkc -t -tv --list").options(&[
        flags("-c -dc -cd -dkc -t -tv -tq --list -v -q -k -V -h"),
        refused("--rm", "removes files"),
    ]),
    looks("lz4cat").input(Input::Data).operands(only(&[Path])),
    effect("pigz unpigz", IN_PLACE).syntax(Syntax::Words).input(Input::Data).operands(each(PACKED))
        .only_with("-c -dc -cd -dkc -l -lv -t -tv").options(&[
        flags("-c -dc -cd -dkc -l -lv -t -tv -v -q -k -V -h"),
        value("-p", Number),
        refused("-f -r", "overwrites files"),
    ]),
    looks("tar gtar")
        .runs(&[Runs::Values("-I -F --to-command --checkpoint-action --use-compress-program --info-script \
            --new-volume-script --rsh-command --rmt-command")])
        .syntax(Syntax::Bundle).input(Input::Data).operands(each(Text)).subcommands(&[
        // With `-O`, tar prints the unpacked files.
        looks("-xOf xOf -xOzf xOzf -xzOf xzOf -Oxf Oxf -Oxzf Oxzf -xOjf -xjOf -xOJf -xJOf xJOf").input(Input::Data)
            .operands(then(&[Path], Text)).options(&[
                flags("--wildcards --no-wildcards --ignore-case -v,--verbose"),
                value("--strip-components", Number),
            ]),
    ]).options(&[
        attached("--checkpoint", Number),
        HELP,
        flags("-d,--diff,--compare"),
        flags("-t,--list -v,--verbose -z,--gzip,--gunzip,--ungzip -j,--bzip2 -J,--xz -Z --zstd --lzma --lzip --lzop"),
        flags("-a,--auto-compress -i,--ignore-zeros -n,--seek -R,--block-number -O,--to-stdout --full-time --utc"),
        flags("--numeric-owner --wildcards --no-wildcards --ignore-case --no-ignore-case --anchored --no-anchored"),
        flags("--wildcards-match-slash --no-wildcards-match-slash --force-local --no-recursion --show-defaults"),
        flags("--show-omitted-dirs --acls --xattrs --selinux --test-label --usage"),
        value("-f,--file", Path),
        value("--exclude --warning", Text),
        value("--strip-components -b,--blocking-factor", Number),
        value("--quoting-style", OneOf("literal shell shell-always c escape locale")),
        attached("--occurrence", Number),
        refused("-x,--extract,--get -c,--create -r,--append -u,--update -A,--catenate,--concatenate --delete", CHANGES),
        refused("--one-file-system --no-same-owner --same-owner -p,--preserve-permissions,--same-permissions", CHANGES),
        refused("--no-same-permissions -k,--keep-old-files -S,--sparse", CHANGES),
        refused("--remove-files --overwrite --unlink-first -U --recursive-unlink -P,--absolute-names", CHANGES),
        refused_value("-C,--directory", PLACE),
        refused_value("--to-command --checkpoint-action -I,--use-compress-program -F,--info-script", RUNS),
        refused_value("--new-volume-script --rsh-command --rmt-command", RUNS),
        refused_value("-T,--files-from -X,--exclude-from --exclude-ignore --add-file", NAMES),
        refused_value("--index-file --volno-file -g,--listed-incremental", WRITES),
    ]),
    // The options of unzip come first; after the archive they are names of members. A second dash undoes an option.
    effect("unzip", "unpacks files").seen().syntax(Syntax::None).operands(each(Never("unpacks files"))).subcommands(&[
        looks(UNZIP_LISTS).syntax(Syntax::None).operands(then(&[ARCHIVE], MEMBER)).subcommands(&[
            looks(UNZIP_LISTS).syntax(Syntax::None).operands(then(&[ARCHIVE], MEMBER)),
        ]),
        looks("-q -qq -C").syntax(Syntax::None).subcommands(&[
            looks(UNZIP_LISTS).syntax(Syntax::None).operands(then(&[ARCHIVE], MEMBER)),
        ]),
        looks("-h -hh --help").syntax(Syntax::None),
    ]),
    effect("xz unxz lzma unlzma", IN_PLACE).syntax(Syntax::Words).input(Input::Data).operands(each(PACKED))
        .only_with("-c --stdout -dc -cd -dkc -dck -kdc -dcq -dcv -l --list -lv -lvv -t --test -tv -tvv -tq")
        .options(&[
        flags("-c --stdout -dc -cd -dkc -dck -kdc -dcq -dcv -l --list -lv -lvv -t --test -tv -tvv -tq"),
        flags("-k --keep -v -vv --verbose -q -qq --quiet -Q --robot -V --version -h --help -H --info-memory -T0"),
        value("-T,--threads -M,--memlimit", Number),
        refused("-f --force", "overwrites files"),
        refused("--files --files0", NAMES),
    ]),
    looks("xzcat lzcat").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-q,--quiet -v,--verbose -k,--keep"),
        value("-T,--threads", Number),
    ]),
    looks("zcat gzcat").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-f,--force -q,--quiet -v,--verbose -l,--list -t,--test -h -V"),
    ]),
    effect("zip", "writes an archive").operands(each(Never("packs any file"))).options(&[
        flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -r -q -v -y -j -D -X -u -f -e"),
        refused("-m -d", "removes files"),
        refused("-T", "can run a command to test"),
        value("-x,--exclude -i,--include", Text),
    ]),
    looks("zipinfo").operands(then(&[ARCHIVE], Text)).options(&[
        flags("-1 -2 -s -m -l -v -h -t -T -z -C"),
    ]),
    effect("zstd unzstd zstdmt", IN_PLACE).seen().syntax(Syntax::Words).input(Input::Data).operands(each(PACKED))
        .only_with("-c -dc -cd -dkc -dcq -qdc -l -lv -t -tv -tq -list -test").options(&[
        flags("-c -dc -cd -dkc -dcq -qdc -l -lv -t -tv -tq -list -test -k -v -q -V -h -H -version -help"),
        refused("-f", "overwrites files"),
        refused_value("-o", WRITES),
        refused("-rm", "removes files"),
        refused_value("-filelist -output-dir-flat -output-dir-mirror -trace", WRITES),
    ]),
    looks("zstdcat").input(Input::Data).operands(each(Path)).options(&[flags("-q -v")]),
];

const UNZIP_LISTS: &str = "-l -lv -vl -lq -ql -lqq -qql -v -Z -Z1 -Zl -Zv -Zt -Zh -t -tq -qt -tqq -qqt -p -pq -c -z \
    -zq -qz -lC -Cl";

/// A member of an archive, or a pattern of members. No option.
const MEMBER: Kind = Either(&[Name, Begins("*"), Begins("./"), Begins("[")]);
