//! Logins, keys, and the subcommands that look at a host.

use super::columns::YES;
use super::running::Way;
use super::stand::Stand;

type Seen = Result<String, String>;

pub fn password(stand: &mut Stand) -> Seen {
    by(stand, Way::Password)
}

pub fn key(stand: &mut Stand) -> Seen {
    by(stand, Way::Key)
}

pub fn keyboard(stand: &mut Stand) -> Seen {
    by(stand, Way::Keyboard)
}

/// Whether somebody gets in this way, where the server has it.
fn by(stand: &mut Stand, way: Way) -> Seen {
    if !stand.running.doors.iter().any(|door| door.way == way) {
        return Ok("not offered".to_owned());
    }
    let (line, _) = stand.kind.words.speaks;
    stand.run(way.alias(), line)?;
    Ok(YES.to_owned())
}

/// After the large output of another column.
pub fn rekey(stand: &mut Stand) -> Seen {
    let Some(words) = stand.running.rekeyed else {
        return Ok("not tried".to_owned());
    };
    let times = stand.running.log().matches(words).count();
    // Each connection has its first keys.
    let connections = stand.running.connections();
    assert!(times > connections, "{times} in {connections} connections");
    Ok(YES.to_owned())
}

pub fn keyscan(stand: &mut Stand) -> Seen {
    let target = format!("127.0.0.1:{}", stand.running.doors[0].port);
    let scanned = stand.subcommand(&["keyscan", &target]);
    let lines = String::from_utf8(scanned.stdout).unwrap();
    for key in &stand.running.keys {
        assert!(lines.contains(key), "{key}: {lines}");
    }
    match scanned.status.code() {
        Some(0) => Ok(YES.to_owned()),
        _ => Err(String::from_utf8(scanned.stderr).unwrap()),
    }
}

pub fn doctor(stand: &mut Stand) -> Seen {
    let mut words = vec!["doctor", "box"];
    if let Some(line) = stand.kind.words.look {
        words.push("--");
        words.extend(line.split(' '));
    }
    let examined = stand.subcommand(&words);
    match examined.status.code() {
        Some(0) => Ok(YES.to_owned()),
        _ => Err(failed_step(&examined.stdout)),
    }
}

/// The line of the step that failed, without its numbers.
fn failed_step(told: &[u8]) -> String {
    let told = String::from_utf8_lossy(told);
    let mut lines = told.lines();
    let line = lines.find(|line| line.starts_with("FAIL"));
    let line = line.expect("a step that failed").split(';');
    line.take(2).last().unwrap().trim().to_owned()
}
