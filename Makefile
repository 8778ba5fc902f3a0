# One word per job; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

static_binary := $(CURDIR)/target/static/mcp-ssh
# Where cargo builds, which a developer may have set elsewhere; asked only by who wants to know.
cargo_target = $(shell cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"//; s/".*//')
# The interpreter that has the official MCP SDK; scripts/test-tools.sh makes it.
export MCP_SSH_PYTHON := $(CURDIR)/target/venv/bin/python
# nohup(1), or a shell's `&`, has signals ignored, and what tests start and interrupt would ignore them, too.
heeding_signals := env --default-signal=HUP,INT,QUIT

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: compiles
compiles: ## whether everything compiles, by the Rust that is there
	@cargo check --locked --workspace --all-targets

.PHONY: demo
demo: ## the gate at work: two SSH servers on loopback, one MCP client, the audit trail
	@echo 'building the server and the demo' >&2
	@cargo build --locked --quiet --bin mcp-ssh --example demo
	@folder='$(cargo_target)/debug'; "$$folder/examples/demo" "$$folder/mcp-ssh"

.PHONY: picture
picture: ## docs/terminal.svg, the terminal in the README, drawn from a run against an sshd on loopback
	@command -v python3 >/dev/null && test -x /usr/sbin/sshd || { . scripts/packages.sh; install_packages python3 openssh-server; }
	@cargo build --locked --quiet --bin mcp-ssh
	@scripts/terminal_svg.py '$(cargo_target)/debug/mcp-ssh'

.PHONY: test
test: tools ## the test suite, in minutes
	@scripts/test.sh
	@echo 'the static binary has its own tests: make test-static'

.PHONY: test-long
test-long: tools ## the test suite with its long generated runs
	@MCP_SSH_LONG=1 scripts/test.sh

.PHONY: fuzz
fuzz: ## every fuzz target for SECONDS (60), one after another
	@scripts/fuzz.sh '$(or $(SECONDS),60)'

.PHONY: test-static
test-static: tools static ## the tests of the static binary
	@MCP_SSH_STATIC='$(static_binary)' cargo test --locked --quiet --test suite binary:: -- --ignored

.PHONY: test-sftp
test-sftp: tools ## the tests of files with the newest sftp-server of OpenSSH, from Debian unstable
	@server=$$(scripts/sftp-server.sh) && MCP_SSH_SFTP_SERVER="$$server" \
		cargo test --locked --quiet --test suite gate::files::servers -- --ignored

.PHONY: interop
interop: tools ## as root: the matrix of SSH servers, whole, and docs/SERVERS.md; brings the servers from Debian, PyPI and npm
	@scripts/interop.sh

.PHONY: static
static: ## target/static/mcp-ssh: static-pie, musl, stripped
	@scripts/static.sh

.PHONY: image
image: static ## target/image/mcp-ssh.tar: the binary as an image, reproducible
	@scripts/engine.sh run scripts/image.sh

.PHONY: image-arm64
image-arm64: ## target/arm64: the binary and its image for linux/arm64, tried under qemu
	@scripts/engine.sh run scripts/arm64.sh

.PHONY: index
index: image image-arm64 ## target/index/mcp-ssh.oci.tar: both images under one index, reproducible
	@scripts/index.py target/index target/image/mcp-ssh.tar target/arm64/target/image/mcp-ssh.tar

.PHONY: test-image
test-image: tools image ## the tests of the image, with a Docker engine of their own
	@MCP_SSH_IMAGE='$(CURDIR)/target/image' scripts/engine.sh run \
		cargo test --locked --quiet --test suite image:: -- --ignored

.PHONY: reproduce
reproduce: ## the commit built twice, in two folders, for both architectures: same bytes, and those of reproducible.lock; about 20 minutes
	@scripts/engine.sh run scripts/reproduce.sh

.PHONY: lock
lock: ## the same, and write reproducible.lock anew
	@scripts/engine.sh run scripts/reproduce.sh lock

.PHONY: lint
lint: ## formatting, clippy and shellcheck, warnings as errors
	@. scripts/packages.sh; command -v shellcheck >/dev/null || install_packages shellcheck
	@git ls-files -z '*.sh' .ci/run 'deploy/debian/p*' | xargs -0 shellcheck -x
	@cargo fmt --all --check
	@cargo fmt --check --manifest-path tests/fuzz/Cargo.toml
	@cargo clippy --workspace --all-targets --locked --quiet -- -D warnings

.PHONY: fmt
fmt: ## format the sources
	@cargo fmt --all

.PHONY: sbom
sbom: static ## target/sbom: what the static binary is made of (CycloneDX), and its notices
	@sbom/sbom.sh

.PHONY: sbom-arm64
sbom-arm64: image-arm64 ## the same for the binary for linux/arm64, below target/arm64
	@sbom/sbom.sh arm64

.PHONY: vex
vex: ## target/vex: what is known of vulnerabilities in the crates (OpenVEX), from sbom/vex.toml
	@sbom/vex.py target/vex/mcp-ssh.openvex.json

.PHONY: audit
audit: ## sources of the crates; with ADVISORY_DB=DIR their known vulnerabilities
	@sbom/audit.sh

.PHONY: deny
deny: ## what sbom/deny.toml says of all crates, by cargo-deny, with the advisories of RustSec; needs the internet
	@. scripts/packages.sh; cargo_tool cargo cargo-deny 0.20.2
	@target/tools/bin/cargo-deny --config sbom/deny.toml check

.PHONY: dist
dist: static index sbom sbom-arm64 vex ## target/dist: every file of a release, with its checksums
	@sbom/sbom.sh image
	@sbom/sbom.sh arm64 image
	@scripts/release/dist.sh
	@scripts/release/tools.sh
	@scripts/release/extras.sh

.PHONY: mcpb
mcpb: static ## target/mcpb/mcp-ssh.mcpb: the binary as an MCP bundle, by the official packer; REPOSITORY=OWNER/NAME
	@scripts/release/tools.sh
	@scripts/release/mcpb.py '$(or $(REPOSITORY),samerfarida/mcp-ssh-orchestrator)' '$(static_binary)' target/mcpb/mcp-ssh.mcpb

.PHONY: man
man: static ## target/man: the man pages, made of the help
	@scripts/man.py '$(static_binary)' target/man

.PHONY: deb
deb: static ## target/deb: the binary as a Debian package, with man pages, completions and systemd units
	@scripts/deb.sh amd64 '$(static_binary)' target/deb

.PHONY: deb-arm64
deb-arm64: static image-arm64 ## the same for the binary for linux/arm64
	@MCP_SSH_RUNS='$(static_binary)' scripts/deb.sh arm64 target/arm64/target/static/mcp-ssh target/deb

.PHONY: test-release
test-release: ## the tests of what a release is made of and of the scripts that make it; needs what `make dist` made
	@scripts/release/tools.sh
	@$(heeding_signals) scripts/engine.sh run target/release-venv/bin/python -m pytest -q -p no:cacheprovider tests/release

# What no architecture, image or engine of its own is needed for.
quick_release_tests := bundle comparison deb debian draft forwarder install install_place kubernetes latest man registry scripts workflows

.PHONY: test-release-quick
test-release-quick: static ## the part of test-release that needs only the static binary, in about 3 minutes
	@scripts/release/tools.sh
	@$(heeding_signals) target/release-venv/bin/python -m pytest -q -p no:cacheprovider -n auto --dist loadfile -k 'not arm64' \
		$(quick_release_tests:%=tests/release/test_%.py)

.PHONY: test-newcomer
test-newcomer: ## as root: the blocks of README.md and docs/INSTALL.md in a bare Debian with this machine's Rust; builds twice
	@tests/release/newcomer.py $(USERS)

.PHONY: kit
kit: static image sbom ## target/kit: image, binary, SBOM and provenance, signed with COSIGN_KEY
	@sbom/sbom.sh image
	@scripts/kit.sh

.PHONY: kit-index
kit-index: static index sbom sbom-arm64 ## the same of both architectures and their index
	@sbom/sbom.sh image
	@sbom/sbom.sh arm64 image
	@scripts/kit.sh --index

.PHONY: test-kit
test-kit: ## the tests of the kit: it verifies offline, and every change is refused
	@. scripts/packages.sh; install_packages busybox dash iproute2 jq openssl util-linux
	@scripts/sid.sh cosign crane
	@tests/kit/test_licences.py
	@tests/kit/test_provenance.py
	@tests/kit/test_kit.py
	@tests/kit/test_archive.py
	@tests/kit/test_index.py
	@tests/kit/test_keyless.py

.PHONY: bench
bench: static ## what the static binary costs, beside ssh, sftp, pssh and what `make rivals` installed; about 5 minutes
	@cargo bench --locked --quiet --bench decisions --bench fleet --no-run
	@scripts/bench.py '$(static_binary)'

.PHONY: rivals
rivals: ## target/rivals: two other MCP servers for SSH, from npm, for `make bench`
	@. scripts/packages.sh; command -v npm >/dev/null || install_packages npm
	@npm install --prefix target/rivals --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
		ssh-mcp@2.11.0 mcp-ssh-manager@3.8.5

.PHONY: bench-fleet
bench-fleet: static ## the part of it with up to 1,000 hosts, and docs/growth.svg; about 2 minutes
	@cargo bench --locked --quiet --bench fleet --no-run
	@scripts/bench_thousand.py '$(static_binary)' docs/growth.svg

.PHONY: bench-rules
bench-rules: ## what a decision costs, at up to 10,000 rules and hosts
	@cargo bench --locked --quiet --bench decisions

.PHONY: soak
soak: static ## as root: mixed traffic over hosts that come and go, for MINUTES (30): nothing may grow or be left
	@scripts/soak.py '$(static_binary)' '$(or $(MINUTES),30)' $(SEED)

.PHONY: bench-size
bench-size: static ## size of the static binary and memory it holds with 100 hosts
	@scripts/bench-size.sh '$(static_binary)'

.PHONY: vouch
vouch: ## every word that the knowledge base vouches for, run under strace; up to half an hour
	@. scripts/packages.sh; install_packages python3; install_packages $$(scripts/vouch.py packages full)
	@cargo build --locked --quiet -p mcp-ssh-knowledge --example rows
	@scripts/vouch.py '$(cargo_target)/debug/examples/rows' full $(PROGRAMS)

.PHONY: vouch-quick
vouch-quick: ## the same for the programs of any Debian base, in a minute; PROGRAMS="git jq" names others
	@. scripts/packages.sh; install_packages python3; install_packages $$(scripts/vouch.py packages quick)
	@cargo build --locked --quiet -p mcp-ssh-knowledge --example rows
	@scripts/vouch.py '$(cargo_target)/debug/examples/rows' quick $(PROGRAMS)

.PHONY: tools
tools: # what the tests run against
	@scripts/test-tools.sh

.PHONY: clean
clean: ## remove everything that was built
	@cargo clean --quiet
