//! Languages: interpreters, compilers, build tools. Most of their words run programs; few words only ask.

use super::wrappers::{BEHIND_VERB, RUN_BY_TMUX};
use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Package, Path};
use crate::row::{
    Input, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const RUNS: &str = "runs a program";
const BUILDS: &str = "builds, and runs what it builds";
const SHELL: &str = "runs any command";
const COLLECTS: &str = "has the process collect its garbage first, and stand still meanwhile";
const ATTACHES: &str = "signals the process that it attaches to";

const SYSTEM_FILE: Kind = Either(&[
    Begins("/bin/"),
    Begins("/sbin/"),
    Begins("/lib/"),
    Begins("/lib64/"),
    Begins("/usr/bin/"),
    Begins("/usr/sbin/"),
    Begins("/usr/lib/"),
    Begins("/usr/lib64/"),
    Begins("/usr/libexec/"),
    Begins("/usr/local/bin/"),
    Begins("/usr/local/sbin/"),
    Begins("/usr/local/lib/"),
]);

/// The rows, in the order of their names. An interpreter is an effect, so that `sudo *` does not grant `sudo python3`.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // `-v` of ant, ninja and rake makes them say more while they build.
    effect("ant", BUILDS).reads_workdir().syntax(Syntax::Words).input(Input::Program).options(&[flags("-version")]),
    effect("ash bash csh dash ksh mksh rbash sh tcsh zsh", SHELL).input(Input::Program).options(&[
        flags("--version"),
        refused("-c -i -l -s --login --posix", SHELL),
    ]).versioned().runs(&[Runs::Shell]),
    effect("fish", SHELL).input(Input::Program).runs(&[Runs::Shell, Runs::Values("-C")]).options(&[flags("--version")]),
    effect("ninja rake", BUILDS).reads_workdir().input(Input::Program).options(&[flags("--version")]),
    effect("gradle meson scons", BUILDS).reads_workdir().input(Input::Program).options(&[flags("--version -v")]),
    effect("mvn", BUILDS).reads_workdir().syntax(Syntax::Words).input(Input::Program).options(&[flags("-version -v")]),
    nothing("bazel bazelisk buck gradlew lein mvnw sbt", "fetches and runs what its settings name"),
    nothing("autoconf automake autoreconf bison flex yacc", RUNS),
    nothing("busybox toybox", "is every program at once").runs(&[Runs::Command { after: 0 }]),
    looks("bc").input(Input::Data).options(&[
        flags("-l,--mathlib -q,--quiet -s,--standard -w,--warn -v,--version -h,--help"),
    ]),
    effect("bun deno", SHELL).input(Input::Program).runs(&[Runs::Script]).options(&[flags("--version -v -V")]),
    // A toolchain file in the working directory may name the programs that cargo runs.
    looks("cargo rustc rustdoc rustfmt clippy-driver cargo-clippy").reads_workdir().options(&[
        flags("-V,--version -v,--verbose --list"),
        refused_value("--config -C -Z", RUNS),
    ]).subcommands(&[
        looks("version").options(&[flags("-v,--verbose")]),
        effect("build b check c run r test t bench install doc clippy fix publish tree metadata update add remove rm \
                new init clean search login logout owner yank package vendor fetch fmt generate-lockfile", BUILDS),
    ]),
    effect("clang clang++ gcc g++ cc c++ cpp gfortran tcc", BUILDS).versioned().syntax(Syntax::Words)
        .input(Input::Program).options(GCC),
    looks("cmake ctest cpack").unseen("").syntax(Syntax::None).input(Input::Program).subcommands(&[
        looks("--version -version --help -h"),
    ]),
    looks("dotnet").reads_workdir().options(&[flags("--info --version --list-sdks --list-runtimes -h,--help")]),
    effect("elixir iex julia lua luajit octave guile groovy", SHELL).versioned().input(Input::Program)
        .runs(&[Runs::Script])
        .options(&[flags("--version -v")]),
    effect("erl kotlin scala", SHELL).versioned().syntax(Syntax::Words).input(Input::Program).runs(&[Runs::Script])
        .options(&[flags("-version")]),
    effect("expect", SHELL).input(Input::Program).runs(&[Runs::Script]).options(&[flags("-v")]),
    effect("R Rscript ghc ghci swift tclsh wish sbcl clisp", SHELL)
        .versioned().input(Input::Program).runs(&[Runs::Script]).options(&[flags("--version")]),
    nothing("autoexpect zellij socat-shell", SHELL),
    looks("go").runs(BEHIND_VERB).reads_workdir().syntax(Syntax::Words).subcommands(&[
        looks("help").operands(each(Package)),
        looks("version").syntax(Syntax::Words).operands(each(Path)).options(&[flags("-m -v -json")]),
        looks("env").syntax(Syntax::Words).operands(each(Name)).options(&[
            flags("-json -changed"),
            refused("-w -u", "changes its settings"),
        ]),
        effect("build run test vet list get install mod generate clean fmt fix tool work doc bug telemetry", BUILDS),
    ]),
    effect("java", SHELL).unseen("-version --version").syntax(Syntax::Words).options(JAVA),
    effect("javac jar jshell jarsigner javadoc jlink jpackage jdb jrunscript", BUILDS).runs(&[Runs::Calls])
        .unseen("").syntax(Syntax::Words).options(&[
        flags("-version --version"),
    ]),
    // jcmd attaches by a signal, which ends a process that is not Java's: the rule must name the process.
    effect("jcmd", ATTACHES).syntax(Syntax::Words).options(JCMD).operands(only(&[
        Name, OneOf(JCMD_COMMANDS), OneOf("summary detail summary.diff detail.diff scale=MB"),
    ])),
    effect("jinfo", ATTACHES).syntax(Syntax::Words).operands(only(&[Number])).options(&[
        flags("-flags -sysprops"),
        // `-flag +NAME` and `-flag NAME=VALUE` would change the process.
        value("-flag", Package),
    ]),
    effect("jmap", ATTACHES).syntax(Syntax::Words).operands(only(&[Number])).options(&[
        flags("-histo -histo:all -heap -clstats -finalizerinfo"),
        refused("-histo:live", COLLECTS),
    ]),
    looks("jps").options(&[flags("-l -m -v -q -V --help")]),
    effect("jstack", ATTACHES).operands(only(&[Number])).options(&[flags("-l -e")]),
    looks("jstat").syntax(Syntax::Words).operands(only(&[Number, Number, Number])).options(&[
        flags("-class -compiler -gc -gccapacity -gccause -gcmetacapacity -gcnew -gcnewcapacity -gcold -gcoldcapacity"),
        flags("-gcutil -printcompilation -t -options -h1 -h3 -h5 -h10 -h20"),
        value("-h", Number),
    ]),
    nothing("kubectl-run ipython jupyter k6 locust pdb", SHELL),
    // `ld.so` and `ld-linux-x86-64.so.2` run the program that their operand names.
    effect("ld", BUILDS).versioned().input(Input::Program).options(&[flags("--version -v -V")]),
    effect("as", BUILDS).input(Input::Program).options(&[flags("--version")]),
    nothing("gold collect2 libtool", BUILDS),
    // ldd may run the program that it looks at: a program of the system does no harm.
    effect("ldd", "runs the program that it looks at").operands(each(SYSTEM_FILE)).options(&[
        flags("--version --help -v,--verbose -u,--unused -d,--data-relocs -r,--function-relocs"),
    ]),
    // Even with -n and -p, make runs commands of the makefile; with --version it does not read the file.
    effect("make gmake", BUILDS).runs(&[Runs::Values("--eval -E")]).reads_workdir().input(Input::Program).options(&[
        flags("-v,--version"),
        refused("-n,--just-print,--dry-run -p,--print-data-base -q,--question", BUILDS),
        refused_value("-C,--directory -f,--file,--makefile -I,--include-dir --eval", BUILDS),
    ]),
    effect("node nodejs", SHELL).input(Input::Program).runs(&[Runs::Script]).options(&[
        flags("-v,--version -h,--help --v8-options"),
        refused_value("-e,--eval -p,--print -r,--require --import --loader --inspect", SHELL),
    ]),
    effect("perl", SHELL).versioned().input(Input::Program).runs(&[Runs::Script]).options(&[
        flags("-v --version"),
        attached("-V", Begins(":")),
    ]),
    // With `-l` php parses a file, and an error shows one word of it. The words after the file are for the script.
    effect("php", SHELL).unseen("-v --version -m --modules -i --info --ini -l").versioned().input(Input::Program)
        .runs(&[Runs::Script]).operands(only(&[Path])).only_with("-l").options_first()
        .options(&[
        flags("-v,--version -m,--modules -i,--info --ini -l,--syntax-check -n,--no-php-ini"),
        value("--ri --rf --rc --re --rz", Name),
        refused_value("-r,--run -f,--file -d,--define -c,--php-ini -S,--server -t,--docroot \
            -z,--zend-extension", SHELL),
        refused("-a,--interactive -s,--syntax-highlight -w,--strip", SHELL),
    ]),
    looks("pkg-config pkgconf").operands(each(Package)).options(&[
        flags("--version --help --about --list-all --list-package-names --print-errors --silence-errors --exists"),
        flags("--cflags --cflags-only-I --cflags-only-other --libs --libs-only-L --libs-only-l --libs-only-other"),
        flags("--modversion --path --print-requires --print-requires-private --print-provides --print-variables"),
        flags("--static --validate"),
        value("--atleast-version --exact-version --max-version --variable --atleast-pkgconfig-version", Package),
        refused_value("--with-path --define-variable --log-file --personality", "reads or writes other files"),
    ]),
    effect("pypy pypy3 python python2 python3", SHELL).versioned().reads_workdir().syntax(Syntax::None)
        .input(Input::Program).runs(&[Runs::Script]).subcommands(&[
            looks("--version -V -VV -h --help"),
            looks("-m").input(Input::Program).syntax(Syntax::None).subcommands(&[
                looks("json.tool").input(Input::Data).operands(only(&[Path])).options(&[
                    flags("--sort-keys --no-ensure-ascii --json-lines --compact --tab --no-indent"),
                    value("--indent", Number),
                ]),
                looks("pip").input(Input::Ignored).subcommands(PIP_MODULE),
                looks("platform sysconfig").input(Input::Ignored),
                looks("site").input(Input::Ignored).options(&[flags("--user-base --user-site")]),
            ]),
        ]),
    effect("ruby irb", SHELL).versioned().input(Input::Program).runs(&[Runs::Script]).options(&[flags("--version -v")]),
    effect("tmux", SHELL).runs(&[Runs::Values("-c")]).syntax(Syntax::None).subcommands(&[
        looks("ls list-sessions -V"),
        // No format is granted: tmux runs a `#(id)` in it.
        looks("list-windows lsw list-panes lsp list-clients lsc info server-info").options(&[
            flags("-a -s"),
            value("-t", Package),
        ]),
        RUN_BY_TMUX,
        effect("attach attach-session", SHELL),
        effect("kill-server kill-session kill-window kill-pane rename-session rename-window", "ends sessions").seen(),
        effect("source source-file -f", SHELL).unseen(""),
    ]),
    nothing("tsc ts-node esbuild vite webpack jest mocha pytest tox nox", BUILDS),
];

#[rustfmt::skip]
const GCC: &[crate::row::Options] = &[
    flags("-v --version -dumpversion -dumpfullversion -dumpmachine -dumpspecs -print-search-dirs \
        -print-libgcc-file-name"),
    flags("-print-multi-lib -print-multi-directory -print-multiarch -print-sysroot -print-multi-os-directory"),
    flags("-print-targets -print-target-triple -print-resource-dir -print-runtime-dir -print-supported-cpus \
        --print-targets"),
    flags("--target-help"),
    value("-print-file-name -print-prog-name", Package),
];

#[rustfmt::skip]
const JCMD: &[crate::row::Options] = &[
    flags("-l -h -help --help -e -all"),
    refused_value("-f", "reads commands from any file"),
];
#[rustfmt::skip]
const JCMD_COMMANDS: &str = "\
    help VM.version VM.flags VM.uptime VM.command_line VM.system_properties VM.info VM.events VM.dynlibs VM.metaspace \
    VM.native_memory VM.classloaders VM.classloader_stats VM.class_hierarchy VM.stringtable VM.symboltable \
    VM.systemdictionary VM.print_touched_methods GC.heap_info GC.class_histogram GC.class_stats GC.finalizer_info \
    Thread.print Thread.vthread_scheduler Compiler.codecache Compiler.codelist Compiler.queue PerfCounter.print \
    JFR.check System.map ManagementAgent.status";

/// Options of java that show its settings; other options and operands load code.
#[rustfmt::skip]
const JAVA: &[crate::row::Options] = &[
    flags("-version --version -showversion --show-version -fullversion --full-version -XshowSettings -X -help --help"),
    flags("-XshowSettings:all -XshowSettings:vm -XshowSettings:properties -XshowSettings:locale -XshowSettings:system"),
    flags("-XshowSettings:security -XX:+PrintFlagsFinal -XX:+PrintFlagsInitial -XX:+PrintCommandLineFlags"),
    flags("-XX:+UnlockDiagnosticVMOptions -XX:+UnlockExperimentalVMOptions --list-modules"),
    refused_value("-cp -classpath --class-path -jar -agentlib -agentpath -javaagent -p --module-path -m \
        --module", "loads code"),
];

#[rustfmt::skip]
const PIP_MODULE: &[Row] = &[
    looks("--version -V"),
    looks("list").options(&[
        flags("-o,--outdated -l,--local --user --pre"),
        value("--format", OneOf("columns freeze json")),
    ]),
    looks("show").operands(each(crate::row::Kind::Package)).options(&[flags("-f,--files")]),
    looks("freeze").options(&[flags("-l,--local --user --all")]),
    looks("check"),
];
