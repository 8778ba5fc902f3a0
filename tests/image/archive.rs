//! The archive: every file and every word of the configuration, its names, and that they stay the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::engine::{docker, folder, image, succeeds};

/// The budget for the archive, in bytes.
const MAX_SIZE: u64 = 6_450_000;
const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// An archive, unpacked.
fn unpacked(archive: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    succeeds(
        Command::new("tar")
            .arg("-xf")
            .arg(archive)
            .arg("-C")
            .arg(folder.path()),
    );
    folder
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The blob of a digest such as `sha256:…`.
fn blob(archive: &TempDir, digest: &str) -> std::path::PathBuf {
    archive
        .path()
        .join("blobs")
        .join(digest.replace("sha256:", "sha256/"))
}

/// One of the image's names, from its file beside the archive.
fn name(of: &Path, file: &str) -> String {
    fs::read_to_string(of.join(file)).unwrap().trim().to_owned()
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn is_small() {
    let size = fs::metadata(folder().join("mcp-ssh.tar")).unwrap().len();
    assert!(size < MAX_SIZE, "{size} bytes; under {MAX_SIZE} wanted");
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn holds_three_blobs_which_are_what_they_are_called() {
    let archive = unpacked(&folder().join("mcp-ssh.tar"));
    let manifest = name(&folder(), "digest");
    let index = read(&archive.path().join("index.json"));
    assert_eq!(index["manifests"].as_array().unwrap().len(), 1);
    assert_eq!(index["manifests"][0]["digest"], manifest.as_str());

    let described = read(&blob(&archive, &manifest));
    let config = described["config"]["digest"].as_str().unwrap();
    assert_eq!(config, name(&folder(), "config-digest"));
    assert_eq!(described["layers"].as_array().unwrap().len(), 1);
    let layer = described["layers"][0]["digest"].as_str().unwrap();
    assert_eq!(
        read(&blob(&archive, config))["rootfs"]["diff_ids"],
        json!([layer])
    );

    let named: BTreeSet<_> = [manifest.as_str(), config, layer]
        .map(|digest| digest.replace("sha256:", ""))
        .into();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(archive.path().join("blobs/sha256")).unwrap() {
        let path = entry.unwrap().path();
        let hash = succeeds(Command::new("sha256sum").arg(&path));
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(hash.split(' ').next(), Some(&*name));
        found.insert(name);
    }
    assert_eq!(found, named);
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn holds_one_file_and_nothing_else() {
    let archive = unpacked(&folder().join("mcp-ssh.tar"));
    let manifest = read(&blob(&archive, &name(&folder(), "digest")));
    let layer = blob(&archive, manifest["layers"][0]["digest"].as_str().unwrap());
    let listed = succeeds(Command::new("tar").arg("-tvf").arg(&layer));
    let fields: Vec<_> = listed.split_whitespace().collect();
    assert_eq!(
        [fields[0], fields[1], fields[5]],
        ["-rwxr-xr-x", "0/0", "mcp-ssh"]
    );
    assert_eq!(fields.len(), 6, "{listed}");

    let files = unpacked(&layer);
    let built = Path::new(CHECKOUT).join("target/static/mcp-ssh");
    let same = fs::read(files.path().join("mcp-ssh")).unwrap() == fs::read(built).unwrap();
    assert!(same, "it is not the binary that `make static` built");
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn is_configured_exactly_so() {
    let archive = unpacked(&folder().join("mcp-ssh.tar"));
    let mut whole = read(&blob(&archive, &name(&folder(), "config-digest")));
    let created = whole["created"].take();
    drop(whole["history"].take());
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        succeeds(git.arg("-C").arg(CHECKOUT).args(arguments))
            .trim()
            .to_owned()
    };
    let revision = git(&["rev-parse", "HEAD"]);
    let labelled = whole["config"]["Labels"]["org.opencontainers.image.revision"].take();
    assert_eq!(
        labelled.as_str().unwrap().trim_end_matches("-dirty"),
        revision
    );
    let seconds = git(&["log", "-1", "--format=%ct"]);
    let date = ["--utc", "--date", &format!("@{seconds}"), "+%FT%TZ"];
    let date = succeeds(Command::new("date").args(date));
    assert_eq!(created, date.trim());

    let diff_ids = whole["rootfs"]["diff_ids"].take();
    assert_eq!(diff_ids.as_array().unwrap().len(), 1);
    let expected = json!({
        "architecture": "amd64",
        "os": "linux",
        "created": null,
        "history": null,
        "rootfs": {"type": "layers", "diff_ids": null},
        "config": {
            "User": "10001:10001",
            "Env": ["PATH=/"],
            "Entrypoint": ["/mcp-ssh"],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            "Healthcheck": {
                "Test": ["CMD", "/mcp-ssh", "healthcheck"],
                "Interval": 30_000_000_000_u64,
                "Timeout": 5_000_000_000_u64,
                "StartPeriod": 10_000_000_000_u64,
                "StartInterval": 1_000_000_000_u64,
                "Retries": 3,
            },
            "Labels": {
                "org.opencontainers.image.title": "mcp-ssh-orchestrator",
                "org.opencontainers.image.description": "An MCP server that lets an AI assistant run \
                    commands over SSH, only as far as your policy allows",
                "org.opencontainers.image.licenses": "Apache-2.0",
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
                "org.opencontainers.image.revision": null,
                "org.opencontainers.image.created": date.trim(),
                "io.modelcontextprotocol.server.name": "io.github.samerfarida/mcp-ssh-orchestrator",
            },
        },
    });
    assert_eq!(whole, expected);
}

/// Builds the same binary from another folder, whose files have other times.
fn built_again(variables: &[(&str, &str)]) -> TempDir {
    let other = tempfile::tempdir().unwrap();
    let place = other.path().join("target/static");
    fs::create_dir_all(&place).unwrap();
    let binary = Path::new(CHECKOUT).join("target/static/mcp-ssh");
    fs::copy(binary, place.join("mcp-ssh")).unwrap();
    let script = Path::new(CHECKOUT).join("scripts/image.sh");
    succeeds(
        Command::new(script)
            .arg(other.path())
            .envs(variables.iter().copied()),
    );
    other
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn is_built_again_byte_for_byte() {
    let again = built_again(&[]);
    let again = again.path().join("target/image");
    for file in ["digest", "config-digest", "mcp-ssh.tar"] {
        let same = fs::read(again.join(file)).unwrap() == fs::read(folder().join(file)).unwrap();
        assert!(same, "{file} differs");
    }
    let other = built_again(&[("REVISION", "of another commit")]);
    let other = name(&other.path().join("target/image"), "digest");
    assert_ne!(other, name(&folder(), "digest"), "labels are part of it");
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
pub fn keeps_its_digest_when_it_is_loaded_and_saved() {
    let digest = name(&folder(), "digest");
    let loaded = docker(&["image", "inspect", "--format", "{{.Id}}", image()]);
    assert_eq!(loaded.trim(), digest);

    let saved = tempfile::tempdir().unwrap();
    let archive = saved.path().join("saved.tar");
    docker(&["save", "--output", archive.to_str().unwrap(), image()]);
    let index = read(&unpacked(&archive).path().join("index.json"));
    assert_eq!(index["manifests"][0]["digest"], digest.as_str());
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn is_loaded_from_its_kit() {
    let place = tempfile::tempdir().unwrap();
    for (file, from) in [
        ("static/mcp-ssh", "target/static/mcp-ssh"),
        ("static/toolchain", "target/static/toolchain"),
        ("image/mcp-ssh.tar", "target/image/mcp-ssh.tar"),
        ("image/digest", "target/image/digest"),
        // What else a kit holds is not looked into here.
        ("sbom/sbom.cdx.json", "deploy/seccomp.json"),
        ("sbom/THIRD_PARTY.md", "LICENSE"),
    ] {
        let file = place.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::copy(Path::new(CHECKOUT).join(from), file).unwrap();
    }
    let script = Path::new(CHECKOUT).join("scripts/kit.sh");
    let said = succeeds(
        Command::new(script)
            .arg(place.path())
            .env_remove("COSIGN_KEY"),
    );
    let fingerprint = said.trim_end().rsplit(' ').next().unwrap();
    let kit = place.path().join("kit");
    let digest = name(&folder(), "digest");
    let verified = succeeds(
        Command::new(kit.join("verify.sh"))
            .args(["--with", "openssl", "--load", fingerprint])
            .arg(&kit),
    );
    let loaded = format!("loaded: {} is {digest}\n", image());
    assert!(verified.ends_with(&loaded), "{verified}");
}
