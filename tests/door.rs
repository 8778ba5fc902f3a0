//! The decision is the only door: code outside `crates/policy` that would make a permit, or use one
//! twice, does not compile.
//!
//! The compiler is asked, with the libraries that this suite is linked to. Each case must fail with
//! its very error; the first one shows that honest code compiles.

use std::cmp::Reverse;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const HONEST: &str = "
    pub fn f(host: &HostPolicy, decision: Decision, at: &[IpAddr]) -> Option<Permit> {
        host.permit(decision, at).ok()
    }
    pub fn e(host: &HostPolicy, asking: Decision, at: &[IpAddr]) -> Option<Permit> {
        let approval = Approval::of(&asking, Grant::Once)?;
        host.permit_approved(asking, approval, at).ok()
    }
    pub async fn g(open: LeasedChannel<(), ()>, permit: Permit, limits: ExecLimits, cancelled: &Cancelled) {
        let _ = open.exec(permit, None, limits, cancelled, &OutputBuffer::default()).await;
    }
    pub async fn h(channel: Channel, at: &Session, permit: Permit, limits: ExecLimits, cancelled: &Cancelled) {
        let _ = channel.run(at, permit, None, limits, cancelled, &OutputBuffer::default()).await;
    }";

/// What must not compile, and the compiler's word for why.
const FORGED: &[(&str, &str)] = &[
    (
        "pub fn f(addresses: Vec<IpAddr>, limits: Limits) -> Permit {
            let (alias, line) = (\"web\".into(), \"reboot\".to_owned());
            Permit { alias, addresses, termination: Termination::Direct, line, becomes: None, limits, approved: None }
        }",
        "E0451",
    ),
    (
        "pub fn f(permit: Permit) -> Permit {
            Permit { line: \"reboot\".to_owned(), ..permit }
        }",
        "E0451",
    ),
    ("pub fn f(mut permit: Permit) { permit.line = \"reboot\".to_owned(); }", "E0616"),
    ("pub fn f(mut permit: Permit, to: IpAddr) { permit.addresses = vec![to]; }", "E0616"),
    ("pub fn f(permit: &Permit) -> Permit { permit.clone() }", "E0308"),
    ("pub fn f() -> Permit { Permit::default() }", "E0599"),
    ("pub fn f(decision: Decision) -> Permit { decision.into() }", "E0277"),
    ("pub fn f(mut decision: Decision) { decision.decision = Verdict::Allow; }", "E0616"),
    ("pub fn f(mut decision: Decision) { decision.rendered = None; }", "E0616"),
    (
        "pub fn f(host: &HostPolicy, to: IpAddr) -> Option<Permit> { host.permit(to).ok() }",
        "E0061",
    ),
    (
        "pub async fn f(open: LeasedChannel<(), ()>, limits: ExecLimits, cancelled: &Cancelled) {
            let _ = open.exec(\"reboot\", None, limits, cancelled, &OutputBuffer::default()).await;
        }",
        "E0308",
    ),
    (
        "pub async fn f(open: [LeasedChannel<(), ()>; 2], permit: Permit, limits: ExecLimits, cancelled: &Cancelled) {
            let [one, other] = open;
            let _ = one.exec(permit, None, limits, cancelled, &OutputBuffer::default()).await;
            let _ = other.exec(permit, None, limits, cancelled, &OutputBuffer::default()).await;
        }",
        "E0382",
    ),
    (
        "pub fn f(grant: Grant) -> Approval {
            Approval { alias: \"web\".into(), line: \"reboot\".to_owned(), becomes: None, grant }
        }",
        "E0451",
    ),
    ("pub fn f(mut approval: Approval) { approval.line = \"reboot\".to_owned(); }", "E0616"),
    ("pub fn f(approval: &Approval) -> Approval { approval.clone() }", "E0308"),
    (
        "pub fn f(host: &HostPolicy, asking: Decision, approval: Approval, at: &[IpAddr]) {
            let _ = host.permit_approved(asking.clone(), approval, at);
            let _ = host.permit_approved(asking, approval, at);
        }",
        "E0382",
    ),
    ("pub fn f(permit: Permit) -> Recorded<Permit> { Recorded(permit) }", "E0423"),
];

/// The builds of a library beside this binary, newest first.
fn builds(name: &str) -> Vec<PathBuf> {
    let suite = std::env::current_exe().unwrap();
    let built = fs::read_dir(suite.parent().unwrap()).unwrap();
    let built = built.map(|entry| entry.unwrap().path());
    let is_named = |path: &PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy();
        file.starts_with(&format!("lib{name}-")) && file.ends_with(".rlib")
    };
    let mut builds: Vec<PathBuf> = built.filter(is_named).collect();
    builds.sort_by_key(|path| Reverse(path.metadata().unwrap().modified().unwrap()));
    builds
}

/// The newest build of our library, and the build of the policy that it is linked to.
fn libraries() -> [PathBuf; 2] {
    let library = builds("mcp_ssh").swap_remove(0);
    let policies = builds("mcp_ssh_policy").into_iter();
    let mut pairs = policies.map(|policy| [library.clone(), policy]);
    let fits = |pair: &[PathBuf; 2]| errors(HONEST, pair).is_empty();
    pairs.find(fits).expect("honest code compiles")
}

/// What the compiler has against some code; nothing when it compiles.
fn errors(code: &str, [library, policy]: &[PathBuf; 2]) -> String {
    let directory = TempDir::new().unwrap();
    let source = directory.path().join("forged.rs");
    let names = "#![allow(unused_imports)]
        use std::net::IpAddr;
        use mcp_ssh::audit::Recorded;
        use mcp_ssh::cancel::Cancelled;
        use mcp_ssh_policy::{Approval, Decision, Grant, HostPolicy, Limits, Permit, Termination, Verdict};
        use mcp_ssh::ssh::{ExecLimits, OutputBuffer, LeasedChannel, Session, Channel};";
    fs::write(&source, format!("{names}\n{code}")).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--out-dir",
        ])
        .arg(directory.path())
        .arg("--extern")
        .arg(format!("mcp_ssh={}", library.display()))
        .arg("--extern")
        .arg(format!("mcp_ssh_policy={}", policy.display()))
        .arg("-L")
        .arg(format!(
            "dependency={}",
            library.parent().unwrap().display()
        ))
        .arg(&source)
        .output()
        .expect("rustc, which has built this suite, must be on the PATH");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn nothing_outside_the_policy_makes_a_permit() {
    let libraries = libraries();
    for (code, wanted) in FORGED {
        let said = errors(code, &libraries);
        let codes: Vec<&str> = said
            .lines()
            .filter_map(|line| line.strip_prefix("error[")?.split_once(']'))
            .map(|(code, _)| code)
            .collect();
        assert!(
            !codes.is_empty() && codes.iter().all(|code| code == wanted),
            "{code}\n{said}"
        );
    }
}
