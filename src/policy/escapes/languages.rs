//! Shells, interpreters, compilers and the tools that build with them.

use super::table::{Binary, Doors, row, versioned};

const SHELL: Doors = &[
    ("^-c", "runs a text as a script"),
    (
        "^-s ^-i ^-l ^-o ^--rcfile ^--init-file ^--login",
        "reads commands from elsewhere",
    ),
    ("*1", "runs a script"),
];
const SHELL_OPTIONS: &str = "-c: -e -u -x -n -v -f --norc --noprofile --posix --version --help";
/// What follows the script's name is the script's own.
const INTERPRETER: Doors = &[(
    "^** *1",
    "runs a program in a language that can do everything",
)];
const ANYTHING: Doors = &[("**", "runs a program that can do everything")];
const COMPILER: Doors = &[
    ("-o -save-temps --save-temps -dumpbase", "writes a file"),
    (
        "-wrapper -B -specs --specs -fplugin -ld-path -fuse-ld -Wl -Wp -Wa -Xlinker",
        "runs another program, or loads code",
    ),
    ("~@", "reads further options from a file"),
    ("*", "compiles, which writes a file"),
];
const COMPILER_OPTIONS: &str = "-v --version --help -dumpversion -dumpmachine -x:";
const BUILD: Doors = &[
    (
        "-f --file --makefile -C --directory -I --include-dir",
        "reads what to run from a file elsewhere",
    ),
    ("--eval -E", "runs a text"),
    ("*", "runs the commands of a target"),
];
const NODE_PACKAGES: Doors = &[
    (
        "install i in it cit ci add audit/fix help run run-script rum exec x test t start restart publish link rebuild update up upgrade dlx create init explore edit",
        "runs the scripts of packages",
    ),
    (
        "-c --call --script-shell --shell --userconfig --globalconfig --prefix --viewer --editor --git --node-options --logs-dir --cache -C --dir --cwd",
        "runs what it names",
    ),
    ("config/set set", "sets which programs it runs"),
    ("--registry", "reaches another host"),
];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("ansible", "--version", ANYTHING),
    row("ansible-inventory", "", &[("-i --inventory --playbook-dir --vault-password-file --vault-id --output", "runs a script, or reads or writes a file")]),
    row("ansible-playbook", "--version", ANYTHING),
    row("ash", SHELL_OPTIONS, SHELL),
    row("bash", SHELL_OPTIONS, SHELL),
    row("bundle", "", &[("exec install update open console", "runs other programs")]),
    row("cargo", "", &[
        ("build run test bench install doc check clippy fix rustc package publish b r t d c", "runs build scripts"),
        ("--config", "sets which programs it runs"),
    ]),
    row("cc", COMPILER_OPTIONS, COMPILER),
    versioned("clang", COMPILER_OPTIONS, COMPILER),
    row("cmake", "--version", &[("-P -E --build --install --open *", "runs programs")]),
    row("composer", "", &[
        ("install~ i update~ u upgrade~ require~ remove~ reinstall~ exec~ run-script~ run create-project~ global~ dump-autoload~ config~", "runs the scripts of packages"),
        ("-d --working-dir", "goes to another project, whose plugins run"),
    ]),
    row("cpan", "", &[("**", "installs and runs packages")]),
    row("csh", SHELL_OPTIONS, SHELL),
    row("dash", SHELL_OPTIONS, SHELL),
    versioned("erl", "", ANYTHING),
    row("expect", "", INTERPRETER),
    row("fish", SHELL_OPTIONS, SHELL),
    versioned("g++", COMPILER_OPTIONS, COMPILER),
    versioned("gcc", COMPILER_OPTIONS, COMPILER),
    row("gdb", "--version", ANYTHING),
    row("gem", "", &[
        ("install~ i update~ exec open push build~ pristine~ uninstall~", "installs and runs packages"),
        ("-s --source -p --http-proxy", "reaches another host"),
        ("--config-file", "reads its settings from a file"),
    ]),
    row("go", "", &[
        ("run build test install generate tool get vet -toolexec -exec -vettool -compiler -C", "runs programs"),
        ("env/-w fmt fix mod/edit mod/tidy mod/vendor mod/init work clean -overlay -modfile", "changes files or settings"),
    ]),
    row("gradle", "", ANYTHING),
    versioned("guile", "", INTERPRETER),
    row("irb", "", ANYTHING),
    row("java", "-version --version -cp: -classpath: -jar", &[
        ("-jar -agentlib -agentpath -javaagent ~-xx: -m --module", "runs a program or loads code"),
        ("~@", "reads further options from a file"),
        ("*1", "runs a program"),
    ]),
    row("jjs", "", ANYTHING),
    row("jshell", "", ANYTHING),
    row("julia", "", INTERPRETER),
    row("ksh", SHELL_OPTIONS, SHELL),
    row("ksh93", SHELL_OPTIONS, SHELL),
    row("ld", "", &[("-o -plugin -T *", "writes a file or loads code")]),
    versioned("lua", "", INTERPRETER),
    versioned("luajit", "", INTERPRETER),
    row("make", "-n --dry-run --version", BUILD),
    row("mksh", SHELL_OPTIONS, SHELL),
    row("mvn", "", ANYTHING),
    row("ninja", "--version", BUILD),
    versioned("node", "", INTERPRETER),
    versioned("nodejs", "", INTERPRETER),
    row("npm", "", NODE_PACKAGES),
    row("npx", "", INTERPRETER),
    versioned("perl", "-w -W -T -t", INTERPRETER),
    versioned("php", "-q -n", INTERPRETER),
    versioned("pip", "", &[
        ("install download wheel uninstall", "installs packages, which run code"),
        ("config/set config/edit", "changes settings"),
        ("--log --python --editor --target --root --prefix --cache-dir", "writes or runs what it names"),
        ("-i --index-url --extra-index-url --find-links --proxy -r --requirement", "reaches another host, or shows the lines of any file"),
    ]),
    row("pipx", "", &[("install run inject upgrade", "installs and runs packages")]),
    row("pnpm", "", NODE_PACKAGES),
    row("pry", "", ANYTHING),
    row("pwsh", "", INTERPRETER),
    versioned("pypy", "-u -E -s -S -B", INTERPRETER),
    versioned("python", "-u -E -s -S -I -B -O -OO -b -q -W: -X:", INTERPRETER),
    row("rake", "-T --tasks", ANYTHING),
    row("rbash", SHELL_OPTIONS, SHELL),
    versioned("ruby", "-w -W", INTERPRETER),
    row("rustc", COMPILER_OPTIONS, COMPILER),
    row("sh", SHELL_OPTIONS, SHELL),
    row("tclsh", "", INTERPRETER),
    row("tcsh", SHELL_OPTIONS, SHELL),
    row("wish", "", INTERPRETER),
    row("yarn", "", NODE_PACKAGES),
    row("yash", SHELL_OPTIONS, SHELL),
    row("zsh", SHELL_OPTIONS, SHELL),
];
