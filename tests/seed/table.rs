//! The table: what the guide says, what it is here, what proves it.

use std::fs;
use std::path::Path;

use super::blocks::items;
use super::{CREDENTIALS, POLICY, day, files, keys};
use crate::image::reference::{self, DEVELOPMENT, NETWORK, PRODUCTION, RESOURCES, SECRETS};
use crate::image::{archive, guide};

/// What proves a row.
enum Proof {
    /// A test of this suite.
    Here(#[expect(dead_code, reason = "the compiler proves that it exists")] fn()),
    /// A test of the image, which needs docker and is run by `make test-image`.
    Image(#[expect(dead_code, reason = "the compiler proves that it exists")] fn()),
    /// A test of the kit, by its file and name, which `make test-kit` runs.
    Kit(&'static str, &'static str),
    /// Nothing of ours, for this reason.
    Theirs(&'static str),
}

use Proof::{Here, Image, Kit, Theirs};

/// The heading of a script's output.
const HEADING: Proof = Theirs("it prints a heading");
const DOCKERS_OWN: Proof = Theirs("it closes a port of the Docker daemon's");
/// The guide's compose file, with the lines of docs/MIGRATION.md.
const COMPOSE: Proof = Image(reference::the_compose_file_with_two_lines_is_healthy);
const RUNS: Proof = Image(reference::the_runs_of_the_guide_serve);
const STACK: Proof = Image(reference::the_secrets_file_is_a_stack);

/// How an item of the guide begins, its counterpart, and the proof. Several rows may begin alike;
/// the longest that fits speaks of an item.
const ROWS: [(&str, &str, Proof); 61] = [
    // Deployment methods
    (
        "docker pull",
        "make image, docker load",
        Image(archive::keeps_its_digest_when_it_is_loaded_and_saved),
    ),
    (
        "docker run -i --rm -v ~/mcp-ssh/config",
        "the same, with our image",
        RUNS,
    ),
    (
        "mkdir -p ~/mcp-ssh/{config,keys,secrets}",
        "the same",
        Here(files::directories_below_home),
    ),
    (
        "chmod 0700 ~/mcp-ssh/secrets",
        "the same",
        Here(files::directories_below_home),
    ),
    (
        "chmod 0400 ~/mcp-ssh/keys/*",
        "the same",
        Here(keys::modes_of_keys),
    ),
    (
        "docker run -i --rm --memory=512m --cpus=1 --user=10001:10001",
        "the same; the user is the image's own",
        RUNS,
    ),
    (
        "COSIGN_EXPERIMENTAL=1 cosign verify",
        "cosign verify of the release",
        Kit(
            "tests/kit/test_keyless.py",
            "test_the_seed_s_own_command_takes_the_index_of_its_workflow_and_no_other",
        ),
    ),
    (
        "version: '3.8' services: mcp-ssh: image:",
        "the same with `stdin_open: true`; `python -c` is `mcp-ssh healthcheck`",
        COMPOSE,
    ),
    (
        "version: '3.8' services: mcp-ssh: build: .",
        "the same with `stdin_open: true`, after `make static`",
        Image(reference::the_development_file_builds_the_checkout),
    ),
    // Production setup
    (
        "mkdir -p /opt/mcp-ssh/{config,keys,secrets}",
        "the same",
        Here(files::directories_below_opt),
    ),
    (
        "chown -R 10001:10001 /opt/mcp-ssh",
        "the same",
        Here(files::directories_below_opt),
    ),
    (
        "chmod 0700 /opt/mcp-ssh/secrets",
        "the same",
        Here(files::directories_below_opt),
    ),
    (
        "chmod 0400 /opt/mcp-ssh/keys/*",
        "the same",
        Here(keys::modes_of_keys),
    ),
    (
        "cp examples/example-servers.yml",
        "the same",
        Here(files::examples_are_copied),
    ),
    (
        "cp examples/example-credentials.yml",
        "the same",
        Here(files::examples_are_copied),
    ),
    (
        "cp examples/example-policy.yml",
        "the same",
        Here(files::examples_are_copied),
    ),
    (
        "ssh-keygen -t ed25519 -f /opt/mcp-ssh/keys/mcp_prod",
        "the same",
        Here(keys::a_generated_key_logs_in),
    ),
    (
        "chmod 0400 /opt/mcp-ssh/keys/mcp_prod",
        "the same",
        Here(keys::modes_of_keys),
    ),
    (
        "chmod 0444 /opt/mcp-ssh/keys/mcp_prod.pub",
        "the same",
        Here(keys::modes_of_keys),
    ),
    (
        "ssh-copy-id -i /opt/mcp-ssh/keys/mcp_prod.pub",
        "the same",
        Here(keys::a_generated_key_logs_in),
    ),
    (
        "entries: - name: \"prod_admin\"",
        "the same",
        Here(files::the_files_load_as_they_stand),
    ),
    (
        "known_hosts_path: \"/app/keys/known_hosts\"",
        "the same",
        Here(files::the_files_load_as_they_stand),
    ),
    // Secrets
    (
        "echo \"production-passphrase\" | docker secret create",
        "the same; without Swarm a file in the secrets directory",
        STACK,
    ),
    (
        "echo \"admin-password\" | docker secret create",
        "the same; without Swarm a file in the secrets directory",
        STACK,
    ),
    (
        "services: mcp-ssh: image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest secrets:",
        "the same with `stdin_open: true`, as a stack",
        STACK,
    ),
    (
        "export MCP_SSH_SECRET_PROD_KEY_PASSPHRASE=",
        "the same",
        Here(keys::secrets_in_the_environment),
    ),
    (
        "export MCP_SSH_SECRET_ADMIN_PASSWORD=",
        "the same",
        Here(keys::secrets_in_the_environment),
    ),
    (
        "docker run -i --rm -e MCP_SSH_SECRET_PROD_KEY_PASSPHRASE",
        "the same",
        RUNS,
    ),
    // Resources and health
    (
        "services: mcp-ssh: image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest deploy:",
        "the same",
        COMPOSE,
    ),
    ("set -e", "the same", Here(day::the_container_is_healthy)),
    ("CONTAINER=${1:-mcp-ssh}", "the same", COMPOSE),
    ("echo \"== Container health ==\"", "the same", HEADING),
    ("docker ps --filter", "the same", COMPOSE),
    ("echo \"== Recent logs ==\"", "the same", HEADING),
    (
        "docker logs --tail=20",
        "the same: stderr",
        Here(day::stderr_is_for_jq),
    ),
    ("echo \"== Config summary ==\"", "the same", HEADING),
    (
        "docker exec -i \"${CONTAINER}\" python - <<'PY'",
        "mcp-ssh check",
        Here(day::check_is_the_summary),
    ),
    (
        "docker logs -f mcp-ssh | jq '.'",
        "the same",
        Here(day::stderr_is_for_jq),
    ),
    // Hardening
    (
        "RUN useradd -u 10001 -m appuser USER appuser",
        "USER 10001:10001",
        Here(files::the_image_has_the_guides_user),
    ),
    (
        "deploy: resources: limits: memory: 512M",
        "the same",
        COMPOSE,
    ),
    (
        "docker run -i --rm --read-only --tmpfs /tmp",
        "the same; /tmp is not needed",
        RUNS,
    ),
    (
        "services: mcp-ssh: image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest networks:",
        "the same with `stdin_open: true`",
        Image(reference::the_network_file_has_its_subnet),
    ),
    (
        "ufw allow 22/tcp",
        "nothing to allow: no port is listened on",
        Here(day::no_port_is_listened_on),
    ),
    (
        "ufw allow 80/tcp",
        "nothing to allow",
        Here(day::no_port_is_listened_on),
    ),
    (
        "ufw allow 443/tcp",
        "nothing to allow",
        Here(day::no_port_is_listened_on),
    ),
    ("ufw deny 2376/tcp", "docker's own port", DOCKERS_OWN),
    ("ufw deny 2377/tcp", "docker's own port", DOCKERS_OWN),
    // Maintenance
    (
        "vim /opt/mcp-ssh/config/policy.yml",
        "the same",
        Here(day::a_changed_policy_is_reloaded),
    ),
    (
        "docker exec mcp-ssh-1 python -c \" from mcp_ssh.mcp_server import reload_config",
        "SIGHUP: docker kill -s HUP",
        Here(day::a_changed_policy_is_reloaded),
    ),
    (
        "docker service update --image",
        "the same",
        Image(guide::every_block_works),
    ),
    ("BACKUP_DIR=", "the same", Here(day::a_backup_is_restored)),
    ("DATE=", "the same", Here(day::a_backup_is_restored)),
    (
        "tar -czf \"$BACKUP_DIR/config_$DATE.tar.gz\"",
        "the same",
        Here(day::a_backup_is_restored),
    ),
    (
        "find \"$BACKUP_DIR\" -name \"config_*.tar.gz\" -mtime +7 -delete",
        "the same",
        Here(day::a_backup_is_restored),
    ),
    (
        "BACKUP_FILE=\"$1\"",
        "the same",
        Here(day::a_backup_is_restored),
    ),
    (
        "RESTORE_DIR=\"/opt/mcp-ssh\"",
        "the same",
        Here(day::a_backup_is_restored),
    ),
    ("docker-compose", "the same", COMPOSE),
    (
        "tar -xzf \"$BACKUP_FILE\" -C \"$RESTORE_DIR\"",
        "the same",
        Here(day::a_backup_is_restored),
    ),
    // Troubleshooting
    (
        "docker logs mcp-ssh-1",
        "the same: stderr",
        Here(day::stderr_is_for_jq),
    ),
    (
        "docker exec mcp-ssh-1 python -c \" from mcp_ssh.config import Config",
        "mcp-ssh check",
        Here(day::check_is_the_summary),
    ),
    (
        "ssh -i /opt/mcp-ssh/keys/mcp_prod ubuntu@10.0.0.11",
        "mcp-ssh run prod-web-1 -- uptime",
        Here(keys::a_generated_key_logs_in),
    ),
];

/// Those that ask the host for its key, and the policy for a decision.
const QUESTIONS: [(&str, &str, Proof); 2] = [
    (
        "docker exec mcp-ssh-1 ssh-keyscan 10.0.0.11",
        "mcp-ssh keyscan 10.0.0.11",
        Here(keys::keyscan_is_ssh_keyscan),
    ),
    (
        "docker exec mcp-ssh-1 python -c \" from mcp_ssh.policy import Policy",
        "mcp-ssh plan prod-web-1 -- uptime",
        Here(day::plan_is_policy_evaluate),
    ),
];

#[test]
fn every_row_has_a_counterpart_and_stands_once() {
    let rows: Vec<&str> = ROWS.iter().chain(&QUESTIONS).map(|row| row.0).collect();
    for (at, (quote, counterpart, _)) in ROWS.iter().chain(&QUESTIONS).enumerate() {
        assert!(!counterpart.is_empty(), "{quote}");
        assert!(!rows[..at].contains(quote), "{quote}");
    }
}

#[test]
fn every_line_of_the_guide_has_a_row() {
    let Ok(path) = std::env::var("MCP_SSH_SEED") else {
        // The guide is not part of this repository.
        return;
    };
    let guide = std::fs::read_to_string(&path).unwrap();
    let items = items(&guide);
    let mut used = Vec::new();
    for item in &items {
        let rows = ROWS.iter().chain(&QUESTIONS);
        let fitting = rows.filter(|(quote, ..)| item.starts_with(quote));
        let row = fitting.max_by_key(|(quote, ..)| quote.len());
        let (quote, ..) = row.unwrap_or_else(|| panic!("no row for: {item}"));
        used.push(*quote);
    }
    for (quote, ..) in ROWS.iter().chain(&QUESTIONS) {
        assert!(used.contains(quote), "the guide has no: {quote}");
    }
    for whole in [
        CREDENTIALS,
        POLICY,
        PRODUCTION,
        DEVELOPMENT,
        SECRETS,
        RESOURCES,
        NETWORK,
    ] {
        assert!(guide.contains(whole), "the guide has another:\n{whole}");
    }
}

/// What proves a row is run by the harness as a test of its own; here it is only named.
#[test]
fn what_proves_a_row_elsewhere_is_run_by_ci() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let (makefile, ci) = (read("Makefile"), read(".ci/run"));
    for step in [" test-kit ", " test-image;"] {
        assert!(ci.contains(step), "{step}");
    }
    for (quote, _, proof) in ROWS.iter().chain(&QUESTIONS) {
        match proof {
            Here(_) | Image(_) => {}
            Kit(file, name) => {
                assert!(
                    makefile.contains(&format!("\n\t@{file}\n")),
                    "{quote}: {file}"
                );
                let test = format!("\n    def {name}(self");
                assert!(read(file).contains(&test), "{quote}: {file}: {name}");
            }
            Theirs(reason) => assert!(!reason.is_empty(), "{quote}"),
        }
    }
}
