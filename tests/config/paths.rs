//! Where the three directories are: flag, then variable, then the image's own.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mcp_ssh::config::{Environment, Flags, Paths};

#[test]
fn a_flag_wins_over_a_variable_and_that_over_the_image() {
    let variables = [
        ("MCP_SSH_CONFIG_DIR", "/v/config"),
        ("MCP_SSH_KEYS_DIR", "/v/keys"),
        ("MCP_SSH_SECRETS_DIR", ""),
    ];
    let variables: HashMap<String, OsString> = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let flags = Flags {
        config: Some(PathBuf::from("relative")),
        ..Flags::default()
    };
    let paths = Paths::resolve(flags, &Environment::Given(variables));
    let here = std::env::current_dir().expect("is there");
    assert_eq!(paths.config, here.join("relative"));
    assert_eq!(paths.keys, Path::new("/v/keys"));
    assert_eq!(paths.secrets, Path::new("/app/secrets"));
    let image = Paths::resolve(Flags::default(), &Environment::Given(HashMap::new()));
    assert_eq!(image.servers(), Path::new("/app/config/servers.yml"));
    assert_eq!(
        image.credentials(),
        Path::new("/app/config/credentials.yml")
    );
    assert_eq!(image.policy(), Path::new("/app/config/policy.yml"));
}
