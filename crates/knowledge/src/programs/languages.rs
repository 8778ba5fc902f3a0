//! Languages: interpreters, compilers, build tools. Most of their words run programs; few only ask.

use crate::row::Kind::{Name, Number, OneOf, Path};
use crate::row::{
    Input, Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    value,
};

const RUNS: &str = "runs a program";
const BUILDS: &str = "builds, and runs what it builds";
const SHELL: &str = "runs any command";

/// In the order of their names. An interpreter is an effect: `sudo *` must not become `sudo python3`.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("ant bazel bazelisk buck gradle gradlew mvn mvnw ninja meson rake scons sbt lein", BUILDS),
    effect("ash bash csh dash fish ksh mksh rbash sh tcsh zsh", SHELL).input(Input::Program).options(&[
        flags("--version"),
        refused("-c -i -l -s --login --posix", SHELL),
    ]).runs(Runs::Shell),
    nothing("autoconf automake autoreconf bison flex m4 yacc", RUNS),
    nothing("busybox toybox", "is every program at once"),
    effect("bun deno", SHELL).input(Input::Program).runs(Runs::Script).options(&[flags("--version")]),
    // A toolchain file in the working directory names programs.
    looks("cargo rustc rustdoc rustfmt clippy-driver cargo-clippy").reads_workdir().options(&[
        flags("-V,--version -v,--verbose --list"),
        refused_value("--config -C -Z", RUNS),
    ]).subcommands(&[
        effect("build b check c run r test t bench install doc clippy fix publish tree metadata update add remove rm \
                new init clean search login logout owner yank package vendor fetch fmt generate-lockfile", BUILDS),
    ]),
    effect("clang clang++ gcc g++ cc c++ cpp gfortran tcc", BUILDS).versioned().syntax(Syntax::Words)
        .input(Input::Program).options(GCC),
    looks("cmake ctest cpack").unseen("").syntax(Syntax::None).input(Input::Program).subcommands(&[
        looks("--version -version --help -h"),
    ]),
    looks("dotnet").reads_workdir().options(&[flags("--info --version --list-sdks --list-runtimes -h,--help")]),
    effect("elixir erl iex julia lua luajit octave R Rscript scala ghc ghci swift tclsh wish guile sbcl clisp groovy \
        kotlin", SHELL)
        .versioned().input(Input::Program).runs(Runs::Script).options(&[flags("--version")]),
    nothing("expect autoexpect unbuffer script screen byobu zellij dtach abduco socat-shell", SHELL),
    looks("go").reads_workdir().syntax(Syntax::Words).subcommands(&[
        looks("version").syntax(Syntax::Words).operands(each(Path)).options(&[flags("-m -v -json")]),
        looks("env").syntax(Syntax::Words).operands(each(Name)).options(&[
            flags("-json -changed"),
            refused("-w -u", "changes its settings"),
        ]),
        effect("build run test vet list get install mod generate clean fmt fix tool work doc bug telemetry", BUILDS),
    ]),
    effect("java", SHELL).unseen("-version --version").syntax(Syntax::Words).options(JAVA),
    effect("javac jar jshell jarsigner javadoc jlink jpackage jdb jrunscript", BUILDS)
        .unseen("").syntax(Syntax::Words).options(&[
        flags("-version --version"),
    ]),
    nothing("jcmd", "has commands that write files and change the process"),
    looks("jinfo").syntax(Syntax::Words).operands(only(&[Number])).options(&[
        flags("-flags -sysprops"),
        refused_value("-flag", "changes the process"),
    ]),
    looks("jmap").syntax(Syntax::Words).operands(only(&[Number])).options(&[
        flags("-histo -heap -clstats -finalizerinfo"),
    ]),
    looks("jps").syntax(Syntax::None).operands(each(OneOf("-l -m -v -q -V -lm -lv -lmv -mlv -ml -vl -mv"))),
    looks("jstack").operands(only(&[Number])).options(&[flags("-l -e")]),
    looks("jstat").syntax(Syntax::Words).operands(only(&[Number, Number, Number])).options(&[
        flags("-class -compiler -gc -gccapacity -gccause -gcmetacapacity -gcnew -gcnewcapacity -gcold -gcoldcapacity"),
        flags("-gcutil -printcompilation -t -options"),
        value("-h", Number),
    ]),
    nothing("kubectl-run ipython jupyter pdb", SHELL),
    nothing("ld ld.bfd ld.gold ld.lld as gold collect2 libtool pkg-config", BUILDS),
    nothing("ldd", "runs the program that it looks at").seen(),
    // Even -n and -p run what the makefile says; --version does not read it.
    effect("make gmake", BUILDS).reads_workdir().input(Input::Program).options(&[
        flags("-v,--version"),
        refused("-n,--just-print,--dry-run -p,--print-data-base -q,--question", BUILDS),
        refused_value("-C,--directory -f,--file,--makefile -I,--include-dir --eval", BUILDS),
    ]),
    effect("node nodejs", SHELL).input(Input::Program).runs(Runs::Script).options(&[
        flags("-v,--version -h,--help --v8-options"),
        refused_value("-e,--eval -p,--print -r,--require --import --loader --inspect", SHELL),
    ]),
    effect("perl", SHELL).versioned().input(Input::Program).runs(Runs::Script).options(&[flags("-v --version")]),
    effect("php", SHELL).unseen("-v --version -m --modules -i --info --ini")
        .versioned().input(Input::Program).runs(Runs::Script).options(&[
        flags("-v,--version -m,--modules -i,--info --ini"),
        value("--ri --rf --rc --re --rz", Name),
        refused_value("-r,--run -f,--file -d,--define -c,--php-ini -S,--server -t,--docroot \
            -z,--zend-extension", SHELL),
        refused("-a,--interactive -s,--syntax-highlight -w,--strip", SHELL),
    ]),
    effect("pypy pypy3 python python2 python3", SHELL).versioned().reads_workdir().syntax(Syntax::None)
        .input(Input::Program).runs(Runs::Script).subcommands(&[
            looks("--version -V -VV -h --help"),
            looks("-m").input(Input::Program).syntax(Syntax::None).subcommands(&[
                looks("json.tool").input(Input::Data).operands(only(&[Path])).options(&[
                    flags("--sort-keys --no-ensure-ascii --json-lines --compact --tab --no-indent"),
                    value("--indent", Number),
                ]),
                looks("pip").input(Input::Ignored).subcommands(PIP_MODULE),
                looks("platform").input(Input::Ignored),
            ]),
        ]),
    effect("ruby irb", SHELL).versioned().input(Input::Program).runs(Runs::Script).options(&[flags("--version -v")]),
    effect("tmux", SHELL).syntax(Syntax::None).subcommands(&[
        looks("ls list-sessions -V"),
        effect("attach attach-session new new-session send-keys run-shell if-shell kill-server", SHELL),
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
];

/// It loads what it is told to; only what shows its settings is here.
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
