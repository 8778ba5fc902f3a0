//! How much of its own doings the program shows.
//!
//! Takes: the environment. Gives: the least severe level of a diagnostic that is shown. Refuses nothing: a word
//! that is no level counts as none.

/// `MCP_SSH_DEBUG=1` or `LOG_LEVEL`; warnings and errors when neither is set.
pub fn log_level() -> log::LevelFilter {
    asked().unwrap_or(log::LevelFilter::Warn)
}

/// Shows no diagnostics from now on, unless the environment asks for some: what they tell is in the one message of a
/// command that failed.
pub fn quieten() {
    log::set_max_level(asked().unwrap_or(log::LevelFilter::Off));
}

fn asked() -> Option<log::LevelFilter> {
    let debug = std::env::var("MCP_SSH_DEBUG").is_ok_and(|value| !["", "0"].contains(&&*value));
    if debug {
        return Some(log::LevelFilter::Debug);
    }
    let named = std::env::var("LOG_LEVEL").ok();
    named.and_then(|level| match level.to_ascii_lowercase().as_str() {
        // Python's names beside the `log` crate's.
        "warning" => Some(log::LevelFilter::Warn),
        "critical" => Some(log::LevelFilter::Error),
        other => other.parse().ok(),
    })
}
