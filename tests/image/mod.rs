//! The image that `make image` built and what runs it: its files and configuration, hardened
//! containers, compose, the deployment guide.
//!
//! `make test-image` brings a Docker engine, names the image's folder in `MCP_SSH_IMAGE` and runs the tests
//! that need both; a plain `cargo test` lists those as ignored.

pub mod archive;
mod compose;
mod engine;
pub mod guide;
mod hardened;
mod manifests;
mod mounts;
pub mod reference;
mod site;

/// The instructions of a Dockerfile: comments and blank lines dropped, continued lines joined,
/// runs of blanks made one.
fn instructions(dockerfile: &str) -> Vec<String> {
    let lines: Vec<&str> = dockerfile
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    lines
        .join("\n")
        .replace("\\\n", " ")
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_image_is_the_binary_and_nothing_else() {
    let labels = [
        r#"LABEL org.opencontainers.image.title="mcp-ssh-orchestrator""#,
        r#"org.opencontainers.image.description="An MCP server that lets an AI assistant run commands over SSH, only as far as your policy allows""#,
        r#"org.opencontainers.image.licenses="Apache-2.0""#,
        r#"org.opencontainers.image.version="${VERSION}""#,
        r#"org.opencontainers.image.revision="${REVISION}""#,
        r#"org.opencontainers.image.created="${CREATED}""#,
        r#"io.modelcontextprotocol.server.name="io.github.samerfarida/mcp-ssh-orchestrator""#,
    ]
    .join(" ");
    let expected = [
        "FROM scratch",
        concat!("ARG VERSION=", env!("CARGO_PKG_VERSION")),
        "ARG REVISION=unknown",
        "ARG CREATED=1970-01-01T00:00:00Z",
        &labels,
        "COPY target/static/mcp-ssh /mcp-ssh",
        "ENV PATH=/",
        "USER 10001:10001",
        "STOPSIGNAL SIGTERM",
        r#"HEALTHCHECK --start-period=10s --start-interval=1s --interval=30s --timeout=5s --retries=3 CMD ["/mcp-ssh", "healthcheck"]"#,
        r#"ENTRYPOINT ["/mcp-ssh"]"#,
    ];
    assert_eq!(
        instructions(include_str!("../../Dockerfile.scratch")),
        expected
    );
}

#[test]
fn the_build_context_is_an_allow_list() {
    assert_eq!(
        instructions(include_str!("../../.dockerignore")),
        ["*", "!target/static/mcp-ssh"]
    );
}

#[test]
fn instructions_are_read_whole() {
    assert_eq!(
        instructions("# comment\nFROM a\n\nLABEL b=\"c\" \\\n      d=\"e\"\nRUN f\n"),
        ["FROM a", r#"LABEL b="c" d="e""#, "RUN f"]
    );
}
