//! `mcp-ssh reload` where several servers run, as `docker exec` makes them: in a PID namespace of their
//! own, so that no other server is told.

use std::path::PathBuf;
use std::process::Command;

use crate::support::fixture::Fixture;
use crate::support::sshd::is_root;

/// What each script begins with: `serve NAME DIRECTORY` starts a server and waits until it has its name;
/// `number NAME` is its process.
const START: &str = r#"
serve() {
    mkfifo "$1.in"
    mcp-ssh --config "$2" <"$1.in" >"$1.out" 2>"$1.err" &
    echo $! >"$1.pid"
    exec {held}>"$1.in"
    until grep -q '^mcp-ssh[:!]......[g-z]$' "/proc/$!/comm"; do sleep 0.01; done
}
number() { cat "$1.pid"; }
named() { cat "/proc/$(number "$1")/comm"; }
leave() { kill "$(number "$1")" && wait "$(number "$1")"; }
digest() { mcp-ssh --config "$1" check --json | grep -o '"config_sha256":"......' | cut -d'"' -f4; }
reload() {
    local status=0
    mcp-ssh --config "$1" reload >reload.out 2>reload.err || status=$?
    grep '^process' reload.out || true
    echo "status $status"
}
why() { grep '^mcp-ssh:' reload.err; }
"#;

/// What a script prints, with the numbers of its servers as `{NAME}`.
fn told(script: &str) -> String {
    assert!(
        is_root(),
        "this test needs a PID namespace of its own: run the tests as root"
    );
    let fixture = Fixture::one_host(22);
    let folder = PathBuf::from(fixture.config()).with_file_name("");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mcp-ssh"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("timeout")
        .args(["60", "unshare"])
        .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .args([
            "bash",
            "-euo",
            "pipefail",
            "-c",
            &format!("{START}{script}"),
        ])
        .envs(fixture.environment())
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .current_dir(&folder)
        .output()
        .expect("unshare starts: install util-linux");
    let mut stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {stdout}{stderr}",
        output.status
    );
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "pid") {
            let number = std::fs::read_to_string(&file).unwrap();
            let name = file.file_stem().unwrap().to_str().unwrap();
            let (number, name) = (number.trim(), format!("{{{name}}}"));
            stdout = stdout.replace(&format!("process {number}:"), &format!("process {name}:"));
        }
    }
    stdout
}

#[test]
fn every_server_of_the_user_is_told_and_named() {
    let told = told(
        r"
        serve a config
        serve b config
        # Not a server, and SIGHUP would end it.
        mkfifo plan.in
        mcp-ssh plan web --stdin --json <plan.in >plan.out & plan=$!
        exec {questions}>plan.in
        echo 'rules: []' >config/policy.yml
        reload config
        for server in a b; do [[ $(named $server) == mcp-ssh:$(digest config)? ]] || echo $server; done
        kill -0 $plan
        leave a
        reload config
        ",
    );
    assert_eq!(
        told,
        "process {a}: reloaded\nprocess {b}: reloaded\nstatus 0\nprocess {b}: reloaded\nstatus 0\n"
    );
}

#[test]
fn a_server_that_does_not_have_the_files_afterwards_is_named_and_fails_the_reload() {
    let told = told(
        r"
        cp -a config broken
        cp -a config other
        serve good config
        serve broken broken
        serve other other
        serve stopped config
        echo 'rules: [{action: alow}]' >broken/policy.yml
        echo 'rules: [] # of others' >other/policy.yml
        kill -STOP $(number stopped)
        echo 'rules: []' >config/policy.yml
        reload config
        why
        kill -CONT $(number stopped)
        named broken | tr -c '!\n' .
        grep -q 'configuration not reloaded' broken.err && echo told
        # A fault of our own is told to nobody.
        echo '{' >config/policy.yml
        reload config
        ",
    );
    let mut lines: Vec<&str> = told.lines().collect();
    lines[..4].sort_unstable();
    let other = lines.remove(2);
    assert!(
        other.starts_with("process {other}: has other files in force (sha256 "),
        "{told}"
    );
    assert_eq!(
        lines,
        [
            "process {broken}: refused the configuration",
            "process {good}: reloaded",
            "process {stopped}: did not answer",
            "status 1",
            "mcp-ssh: 3 of 4 servers do not have these files in force; their own records say why",
            ".......!.......",
            "told",
            "status 1",
        ],
        "{told}"
    );
}

#[test]
fn a_server_that_never_had_a_configuration_says_so_by_its_name() {
    let told = told(
        r"
        mkdir empty
        serve bare empty
        named bare
        cp config/* empty
        reload empty
        named bare | cut -c 8
        ",
    );
    assert_eq!(
        told,
        "mcp-ssh!------g\nprocess {bare}: reloaded\nstatus 0\n:\n"
    );
}

#[test]
fn where_nobody_serves_nobody_is_told() {
    let told = told("reload config\nwhy\n");
    assert_eq!(
        told,
        "status 1\nmcp-ssh: nothing was reloaded: no server runs as user 0 here: run this where the \
         servers are and as their user, or give one as `--pid N`\n"
    );
}

/// Another user's server, and one in a namespace further down, as a container's is.
#[test]
fn only_servers_of_this_user_and_this_namespace_are_told() {
    let told = told(
        r#"
        chmod -R a+rX .
        cp "$(command -v mcp-ssh)" .
        serve own config
        mkfifo others.in inner.in
        setpriv --reuid 21002 --clear-groups ./mcp-ssh --config config <others.in >/dev/null 2>others.err &
        exec {others}>others.in
        until grep -q '^mcp-ssh[:!]' "/proc/$!/comm"; do sleep 0.01; done
        unshare --pid --fork --kill-child mcp-ssh --config config <inner.in >/dev/null 2>inner.err &
        exec {inner}>inner.in
        until grep -qs '^mcp-ssh[:!]' "/proc/$(pgrep -P $!)/comm"; do sleep 0.01; done
        reload config
        "#,
    );
    assert_eq!(told, "process {own}: reloaded\nstatus 0\n");
}
