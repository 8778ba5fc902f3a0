//! What is in deploy/ beside compose: the seccomp profile, Kubernetes objects, systemd units.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::engine::{succeeds, until};
use crate::support::fixture::Fixture;
use crate::support::keys::KeyPair;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy");

/// Calls that start something, change what a process is, or reach the kernel's insides. Docker's
/// own profile admits some of them.
const NEVER: &str = "accept accept4 add_key bpf capset chmod chown chroot clock_settime create_module \
    delete_module execveat fanotify_init fchmodat fchown finit_module fork fsopen init_module io_uring_enter \
    io_uring_setup ioperm iopl kcmp kexec_load keyctl link listen mkdir mknod mount mount_setattr move_mount \
    name_to_handle_at open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root \
    process_vm_readv process_vm_writev ptrace reboot rename request_key rmdir setgid setgroups sethostname \
    setns setresuid settimeofday setuid setxattr swapon symlink syslog umount2 unlink unlinkat unshare \
    userfaultfd utimensat vfork";

/// clone(2) with `CLONE_THREAD`, and none of the flags that make namespaces.
fn threads_only() -> Value {
    let (thread, namespaces) = (0x0001_0000, 0x7e02_0000);
    json!({"index": 0, "value": thread | namespaces, "valueTwo": thread, "op": "SCMP_CMP_MASKED_EQ"})
}

#[test]
fn the_seccomp_profile_is_an_allow_list() {
    let profile = fs::read_to_string(format!("{DEPLOY}/seccomp.json")).unwrap();
    let profile: Value = serde_json::from_str(&profile).unwrap();
    assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
    let mut names = BTreeSet::new();
    for rule in profile["syscalls"].as_array().unwrap() {
        let called: Vec<_> = rule["names"].as_array().unwrap().iter().collect();
        for name in called {
            let name = name.as_str().unwrap();
            match name {
                "clone" => assert_eq!(rule["args"], json!([threads_only()])),
                "socket" => assert_eq!(rule["args"][0]["op"], "SCMP_CMP_EQ"),
                "clone3" => assert_eq!(rule["action"], "SCMP_ACT_ERRNO"),
                _ => assert!(names.insert(name), "{name} twice"),
            }
            assert!(
                name == "clone3" || rule["action"] == "SCMP_ACT_ALLOW",
                "{name}"
            );
        }
    }
    for never in NEVER.split_whitespace() {
        assert!(!names.contains(never), "{never}");
    }
    assert!(
        names.contains("read") && names.len() < 115,
        "{}",
        names.len()
    );
}

/// A Python program with the tests' packages.
fn python(program: &str, file: &str) -> String {
    let python = std::env::var("MCP_SSH_PYTHON").expect("set by `make test-image`");
    succeeds(Command::new(python).args(["-c", program, &format!("{DEPLOY}/kubernetes/{file}")]))
}

/// The objects of a file.
fn objects(file: &str) -> Vec<Value> {
    let program =
        "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    serde_json::from_str(&python(program, file)).unwrap()
}

#[test]
#[ignore = "needs the schemas of Kubernetes; run `make test-image`"]
fn kubernetes_knows_every_field() {
    let program = "import kubernetes_validate, sys, yaml\n\
                   for each in yaml.safe_load_all(open(sys.argv[1])): \
                   kubernetes_validate.validate(each, '1.33', strict=True); print(each['kind'])";
    for (file, kinds) in [
        ("configuration.yml", "ConfigMap\nSecret\nSecret\n"),
        ("mcp-ssh.yml", "Namespace\nDeployment\nNetworkPolicy\n"),
    ] {
        assert_eq!(python(program, file), kinds, "{file}");
    }
}

#[test]
#[ignore = "needs the tests' Python; run `make test-image`"]
fn the_pod_is_hardened_and_reaches_ssh_only() {
    let [_, deployment, network] = &objects("mcp-ssh.yml")[..] else {
        panic!("three objects")
    };
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    for (found, expected) in [
        (&deployment["spec"]["replicas"], json!(1)),
        (&pod["automountServiceAccountToken"], json!(false)),
        (&pod["securityContext"]["runAsNonRoot"], json!(true)),
        (&pod["securityContext"]["runAsUser"], json!(10001)),
        (
            &pod["securityContext"]["seccompProfile"]["type"],
            json!("RuntimeDefault"),
        ),
        (&container["stdin"], json!(true)),
        (
            &container["securityContext"],
            json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}),
        ),
        (
            &container["resources"]["limits"],
            json!({"cpu": "1", "memory": "512Mi"}),
        ),
        (
            &container["readinessProbe"]["exec"]["command"],
            json!(["/mcp-ssh", "healthcheck"]),
        ),
        (
            &network["spec"]["policyTypes"],
            json!(["Ingress", "Egress"]),
        ),
        (&network["spec"]["ingress"], json!([])),
        (
            &network["spec"]["egress"][0]["ports"],
            json!([{"protocol": "TCP", "port": 22}]),
        ),
        (
            &network["spec"]["podSelector"]["matchLabels"],
            deployment["spec"]["template"]["metadata"]["labels"].clone(),
        ),
    ] {
        assert_eq!(*found, expected);
    }
    let mounts = container["volumeMounts"].as_array().unwrap();
    let writable = mounts.iter().filter(|mount| mount["readOnly"] != true);
    let writable: Vec<_> = writable
        .map(|mount| mount["mountPath"].as_str().unwrap())
        .collect();
    assert_eq!(writable, ["/tmp"]);
    for mount in mounts.iter().filter(|mount| mount["name"] == "keys") {
        assert!(
            mount["subPath"].is_string(),
            "a key would be a link: {mount}"
        );
    }
}

/// The files as kubelet lays them: a ConfigMap or Secret is a folder of links into a folder that is
/// exchanged as a whole; a file mounted by `subPath` is a file.
#[test]
#[ignore = "needs the tests' Python; run `make test-image`"]
fn the_pod_finds_its_files_healthy() {
    let [config, keys, secrets] = &objects("configuration.yml")[..] else {
        panic!("three objects")
    };
    let fixture = Fixture::empty();
    for (name, files) in [
        ("config", &config["data"]),
        ("secrets", &secrets["stringData"]),
    ] {
        linked(&Path::new(&fixture.config()).with_file_name(name), files);
    }
    let key = KeyPair::ed25519();
    for name in keys["stringData"].as_object().unwrap().keys() {
        let text = match &**name {
            "known_hosts" => format!("10.0.0.11 {}\n", key.public),
            _ => key.private.clone(),
        };
        fixture.write(&format!("keys/{name}"), &text);
        let path = Path::new(&fixture.config())
            .with_file_name("keys")
            .join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o440)).unwrap();
    }
    let output = fixture.server().arg("healthcheck").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn linked(folder: &Path, files: &Value) {
    fs::create_dir(folder.join("..2026")).unwrap();
    symlink("..2026", folder.join("..data")).unwrap();
    for (name, text) in files.as_object().unwrap() {
        let file = folder.join("..2026").join(name);
        fs::write(&file, text.as_str().unwrap()).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        symlink(format!("..data/{name}"), folder.join(name)).unwrap();
    }
}

/// The units, with the binary that cargo built where the installed one would be.
fn units() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["mcp-ssh.socket", "mcp-ssh@.service"] {
        let text = fs::read_to_string(format!("{DEPLOY}/systemd/{name}")).unwrap();
        let text = text.replace("/usr/local/bin/mcp-ssh", env!("CARGO_BIN_EXE_mcp-ssh"));
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
#[ignore = "needs systemd's tools; run `make test-image`"]
fn systemd_takes_the_units_and_calls_them_safe() {
    let units = units();
    let service = units.path().join("mcp-ssh@.service");
    let socket = units.path().join("mcp-ssh.socket");
    let mut verify = Command::new("systemd-analyze");
    let output = verify
        .args(["verify", "--man=no"])
        .args([&socket, &service])
        .output()
        .unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        (Some(0), "")
    );
    // 1.5 of 10; a service without hardening has 9.6.
    let mut security = Command::new("systemd-analyze");
    succeeds(
        security
            .args(["security", "--offline=true", "--threshold=15"])
            .arg(&service),
    );
}

/// systemd's own activation, on a socket of the test's.
struct Activated(Child);

impl Drop for Activated {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[test]
#[ignore = "needs systemd's tools; run `make test-image`"]
fn each_connection_to_the_socket_has_a_server() {
    let fixture = Fixture::one_host(9);
    let socket = Path::new(&fixture.config()).with_file_name("socket");
    let mut activate = Command::new("systemd-socket-activate");
    activate
        .args(["--accept", "--inetd", "--listen"])
        .arg(&socket);
    for (name, value) in fixture.environment() {
        activate.arg(format!("--setenv={name}={value}"));
    }
    activate
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .stderr(Stdio::null());
    let _activated = Activated(activate.spawn().unwrap());
    let connect = || until("the socket listens", || UnixStream::connect(&socket).ok());
    let ask = |stream: &mut UnixStream| {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
        stream.write_all(format!("{request}\n").as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()
    };
    let (mut one, mut other) = (connect(), connect());
    for stream in [&mut one, &mut other] {
        assert_eq!(
            ask(stream),
            json!({"jsonrpc": "2.0", "id": 1, "result": {}})
        );
    }
}
