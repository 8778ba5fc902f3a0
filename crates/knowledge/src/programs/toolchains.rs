//! Programs that show what object files and archives hold: nm, objdump, readelf, size, ar, addr2line, c++filt.

use crate::row::Kind::{Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, attached, each, effect, flags, looks, refused, refused_value, value,
};

const CODE: &str = "loads code";
const STYLES: &str = "none auto gnu-v3 java gnat dlang rust";

/// The rows, in the order of their names. `@FILE` anywhere is a file of further words, which errors print; no path and
/// no name begins with `@`.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("addr2line").input(Input::Data).operands(each(Name)).options(&[
        flags("-a,--addresses -i,--inlines -p,--pretty-print -s,--basenames -f,--functions -v,--version"),
        value("-e,--exe", Path),
        value("-j,--section", Name),
        flags("-C"), DEMANGLE,
    ]),
    looks("c++filt").input(Input::Data).operands(each(Name)).options(&[
        flags("-_,--strip-underscore -n,--no-strip-underscore -p,--no-params -i,--no-verbose -t,--types --version"),
        value("-s,--format", OneOf(STYLES)),
    ]),
    effect("dlltool elfedit objcopy patchelf prelink ranlib strip windres", "changes files"),
    looks("nm gcc-nm llvm-nm").operands(each(Path)).options(&[
        flags("-a,--debug-syms -A,-o,--print-file-name -B -D,--dynamic -g,--extern-only -j,--just-symbols \
            -n,--numeric-sort"),
        flags("-p,--no-sort -P,--portability -r,--reverse-sort -S,--print-size -s,--print-armap --quiet --size-sort"),
        flags("--special-syms --synthetic -u,--undefined-only --defined-only --no-weak --with-symbol-versions"),
        flags("-l,--line-numbers -V,--version --no-demangle -v"),
        value("-f,--format", OneOf("bsd sysv posix just-symbols")),
        value("-t,--radix", OneOf("d o x")),
        flags("-C"), DEMANGLE,
        refused_value("--plugin", CODE),
    ]),
    looks("objdump llvm-objdump").operands(each(Path)).options(&[
        flags("-a,--archive-headers -f,--file-headers -p,--private-headers -h,--headers,--section-headers \
            -x,--all-headers"),
        flags("-d -D,--disassemble-all -s,--full-contents -g,--debugging -G,--stabs -t,--syms"),
        flags("-T,--dynamic-syms -r,--reloc -R,--dynamic-reloc -v,--version -i,--info -l,--line-numbers -w,--wide"),
        flags("-z,--disassemble-zeroes --no-addresses --prefix-addresses --show-raw-insn --no-show-raw-insn"),
        flags("--special-syms --inlines -F,--file-offsets"),
        value("-j,--section", Name),
        value("-M,--disassembler-options -m,--architecture", Name),
        value("--start-address --stop-address", Name),
        flags("-C"), DEMANGLE,
        attached("--disassemble", Text),
        refused_value("-b,--target", "shows files that are no object files"),
        refused_value("-I,--include --prefix", "reads other files"),
        refused("-S,--source", "shows the files that an object file names"),
        refused_value("--plugin", CODE),
    ]),
    looks("readelf eu-readelf llvm-readelf").operands(each(Path)).options(&[
        flags("-a,--all -h,--file-header -l,--program-headers,--segments -S,--section-headers,--sections"),
        flags("-g,--section-groups -t,--section-details -e,--headers -s,--syms,--symbols --dyn-syms -n,--notes"),
        flags("-r,--relocs -u,--unwind -d,--dynamic -V,--version-info -A,--arch-specific -c,--archive-index"),
        flags("-D,--use-dynamic -I,--histogram -W,--wide -T,--silent-truncation -v,--version -z,--decompress"),
        value("-x,--hex-dump -p,--string-dump -R,--relocated-dump", Name),
        attached("--demangle", OneOf(STYLES)),
    ]),
    looks("size").operands(each(Path)).options(&[
        flags("-A -B -G -o -d -x -t,--totals --common -V,--version"),
        value("--format", OneOf("sysv berkeley gnu")),
        value("--radix", Number),
    ]),
];

/// Only the long name takes a style, attached.
const DEMANGLE: Options = attached("--demangle", OneOf(STYLES));
