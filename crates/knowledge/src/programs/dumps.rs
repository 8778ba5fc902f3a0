//! Programs that print digests, encodings and dumps of what files hold; and readers of XML.

use crate::row::Kind::{Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, STREAM, Syntax, attached, each, effect, flags, looks, only, refused,
    refused_value, value,
};

const WRITES: &str = "writes a file";
const ANY_FILE: &str = "reads any file";
const ENTITIES: &str = "fetches or includes what a document names";

const HELP: Options = flags("--help --version");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("base64 base32 basenc").input(Input::Data).operands(only(&[STREAM])).options(&[
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
    looks("hexdump hd").input(Input::Data).operands(each(STREAM)).options(&[
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
    looks("od").input(Input::Data).operands(each(STREAM)).options(&[
        HELP,
        flags("-v,--output-duplicates -a -b -c -d -f -i -l -o -s -x"),
        value("-A,--address-radix", OneOf("d o x n")),
        value("-j,--skip-bytes -N,--read-bytes -t,--format", Text),
        value("--endian", OneOf("big little")),
        attached("-w,--width", Number),
    ]),
    // Any word of strings that begins with `@`, even a value, is a file of options: so no value is free text.
    looks("strings gstrings").input(Input::Data).operands(each(Path)).options(&[
        HELP, DIGITS,
        flags("-a,--all -d,--data -f,--print-file-name -o -w,--include-all-whitespace -h -v -V"),
        value("-n,--bytes", Number),
        value("-t,--radix", OneOf("o d x")),
        value("-e,--encoding", OneOf("s S b l B L")),
    ]),
    looks("xmllint").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
        flags("--version --debug --recover --huge --noenc --noout --nonet --nocompact --htmlout --nowrap --quiet"),
        flags("--timing --html --xmlout --nodefdtd --nowarning --noblanks --nocdata --format"),
        flags("--dropdtd --nsclean --stream --memory --nocatalogs --oldxml10"),
        value("--xpath --encode", Text),
        value("--pretty", OneOf("0 1 2")),
        refused("--shell", "takes commands"),
        refused("--c14n --c14n11 --exc-c14n", ENTITIES),
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
        // A path must not call a function, since document() reads other files. `sel` also reads the files
        // that a document names as entities.
        effect("sel select", ENTITIES).syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-t --template -T --text -Q --quiet -R --root -I --indent -D --xml-decl -B --noblanks -n --nl"),
            flags("-b --break -C --comp -f --inp-name"),
            value("-v --value-of -m --match -c --copy-of -i --if", Name),
            refused("--net", ENTITIES),
        ]),
        looks("val validate").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
            flags("-w --well-formed -q --quiet -e --err -g --list-good -b --list-bad -n --line-num"),
        ]),
    ]),
    // The options of xxd stand first: a word behind the input file is the file that xxd writes. So one operand is
    // granted, as the last word.
    looks("xxd").syntax(Syntax::Words).options_first().input(Input::Data).operands(only(&[STREAM])).options(&[
        flags("-a -autoskip -b -bits -C -capitalize -d -e -E -EBCDIC -i -include -p -ps -plain -postscript"),
        flags("-u -upper -v -version -h -help"),
        refused("-r -revert", "writes what it is given"),
        flags("-l8 -l16 -l32 -l64 -l128 -l256 -l512 -l1024 -c1 -c4 -c8 -c16 -c24 -c32 -g0 -g1 -g2 -g4 -g8"),
        flags("-s0 -s16 -s32 -s64 -s512 -s1024"),
        value("-l -len -c -cols -g -groupsize -s -seek -o -offset", Number),
        value("-R", OneOf("always auto never")),
    ]),
];

const DIGITS: Options = flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9");
