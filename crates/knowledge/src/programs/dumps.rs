//! Programs that print digests, encodings and dumps of what files hold; and readers of XML.

use crate::row::Kind::{Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Kind, Options, Row, Syntax, attached, each, effect, flags, looks, only, refused,
    refused_value, value,
};

const WRITES: &str = "writes a file";
const ANY_FILE: &str = "reads any file";
const ENTITIES: &str = "fetches or includes what a document names";

const HELP: Options = flags("--help --version");

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("base64 base32 basenc").input(Input::Data).operands(only(&[Path])).options(&[
        HELP,
        flags("-d,--decode -i,--ignore-garbage --base64 --base64url --base32 --base32hex --base16"),
        value("-w,--wrap", Number),
    ]),
    looks("cksum sum").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-c,--check --tag --untagged -z,--zero --ignore-missing --quiet --status --strict -w,--warn -r --sysv"),
        value("-a,--algorithm", OneOf("sysv bsd crc crc32b md5 sha1 sha224 sha256 sha384 sha512 blake2b sm3")),
        value("-l,--length", Number),
    ]),
    looks("hexdump hd").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-b,--one-byte-octal -c,--one-byte-char -C,--canonical -d,--two-bytes-decimal -o,--two-bytes-octal"),
        flags("-x,--two-bytes-hex -v,--no-squeezing -h -V"),
        value("-e,--format -n,--length -s,--skip", Text),
        refused_value("-f,--format-file", ANY_FILE),
    ]),
    looks("md5deep sha1deep sha256deep tigerdeep whirlpooldeep").input(Input::Data).operands(each(Path)).options(&[
        flags("-r -e -s -z -q -b -l -k -t -0 -v -V -h"),
        refused_value("-f -m -x -M -X", ANY_FILE),
        refused_value("-W", WRITES),
    ]),
    looks("md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum gmd5sum gsha256sum shasum")
        .input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-b,--binary -c,--check --tag -t,--text -z,--zero --ignore-missing --quiet --status --strict -w,--warn"),
        value("-l,--length", OneOf("8 128 160 224 256 384 512")),
        value("-a,--algorithm", OneOf("1 224 256 384 512 512224 512256")),
    ]),
    looks("od").input(Input::Data).operands(each(Path)).options(&[
        HELP,
        flags("-v,--output-duplicates -a -b -c -d -f -i -l -o -s -x"),
        value("-A,--address-radix", OneOf("d o x n")),
        value("-j,--skip-bytes -N,--read-bytes -t,--format", Text),
        value("--endian", OneOf("big little")),
        attached("-w,--width", Number),
    ]),
    // Any word that begins with `@`, also as a value, is a file of options: no value is free text.
    looks("strings gstrings").input(Input::Data).operands(each(Path)).options(&[
        HELP, DIGITS,
        flags("-a,--all -d,--data -f,--print-file-name -o -w,--include-all-whitespace -h -v -V"),
        value("-n,--bytes", Number),
        value("-t,--radix", OneOf("o d x")),
        value("-e,--encoding", OneOf("s S b l B L")),
    ]),
    looks("xmllint").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
        flags("--version --debug --recover --huge --noenc --noout --nonet --nocompact --htmlout --nowrap --quiet"),
        flags("--timing --html --xmlout --nodefdtd --nowarning --noblanks --nocdata --format --dropdtd --c14n"),
        flags("--c14n11 --exc-c14n --nsclean --stream --memory --nocatalogs --oldxml10"),
        value("--xpath --encode", Text),
        value("--pretty", OneOf("0 1 2")),
        refused("--shell", "takes commands"),
        refused("--noent --xinclude --valid --postvalid --loaddtd --dtdattr --catalogs", ENTITIES),
        refused_value("--schema --relaxng --schematron --dtdvalid --path", ENTITIES),
        refused_value("-o --output", WRITES),
    ]),
    looks("xmlstarlet xml").syntax(Syntax::Words).input(Input::Data).subcommands(&[
        effect("ed edit", "edits files"),
        effect("tr transform", "runs a stylesheet"),
        looks("el elements").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-a -v -u"),
        ]),
        looks("fo format").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-n --noindent -t --indent-tab -o --omit-decl -R --recover -D --dropdtd -C --nocdata -H --html"),
            flags("-N --nsclean -Q --quiet"),
            value("-s --indent-spaces", Number),
        ]),
        // No function in a path: document() reads other files.
        looks("sel select").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-t --template -T --text -Q --quiet -R --root -I --indent -D --xml-decl -B --noblanks -n --nl"),
            flags("-b --break -C --comp -f --inp-name"),
            value("-v --value-of -m --match -c --copy-of -i --if", Name),
            refused("--net", ENTITIES),
        ]),
        looks("val validate").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-w --well-formed -q --quiet -e --err -g --list-good -b --list-bad -n --line-num"),
        ]),
    ]),
    // Options stand first: behind the file, a word is the file that is written. So there is one
    // file, and it is the last word.
    looks("xxd").syntax(Syntax::None).input(Input::Data).operands(only(&[Path])).subcommands(XXD),
];

const DIGITS: Options = flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9");

const VALUE_AND_FILE: &[Kind] = &[Number, Path];

const FLAGS: &str = "-a -b -C -d -e -E -i -p -ps -plain -postscript -u -v -h";
const ATTACHED: &str = "-l16 -l32 -l64 -l128 -l256 -l512 -c8 -c16 -c32 -g1 -g2 -g4";
const LAST: Row = looks("-l -len -c -cols -g -groupsize -s -seek")
    .syntax(Syntax::None)
    .input(Input::Data)
    .operands(only(VALUE_AND_FILE));

const fn first(names: &'static str, then: &'static [Row]) -> Row {
    looks(names)
        .syntax(Syntax::None)
        .input(Input::Data)
        .operands(only(&[Path]))
        .subcommands(then)
}

/// Three options at most.
const XXD: &[Row] = &[first(FLAGS, &XXD_NEXT), first(ATTACHED, &XXD_NEXT), LAST];
const XXD_NEXT: [Row; 3] = [first(FLAGS, &XXD_LAST), first(ATTACHED, &XXD_LAST), LAST];
const XXD_LAST: [Row; 3] = [first(FLAGS, &[]), first(ATTACHED, &[]), LAST];
