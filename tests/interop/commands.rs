//! What commands do on a server: how they end, what they print, how they are ended.

use std::time::Duration;

use serde_json::{Value, json};

use super::columns::YES;
use super::stand::{PATIENCE, Stand};
use crate::support::marker::{Marker, within};

type Seen = Result<String, String>;

/// What a server has no words for.
const NO_WORDS: &str = "-";

fn yes() -> Seen {
    Ok(YES.to_owned())
}

/// `yes` where it holds, else this.
fn yes_if(holds: bool, otherwise: impl FnOnce() -> String) -> Seen {
    if holds { yes() } else { Ok(otherwise()) }
}

fn no_words() -> Seen {
    Ok(NO_WORDS.to_owned())
}

pub fn runs(stand: &mut Stand) -> Seen {
    let (line, printed) = stand.kind.words.speaks;
    let result = stand.run("box", line)?;
    assert!(
        result["output"].as_str().unwrap().replace('\r', "") == printed,
        "{result}"
    );
    yes()
}

pub fn exit_status(stand: &mut Stand) -> Seen {
    let result = stand.run("box", stand.kind.words.fails)?;
    if result["exit_code"] == -1 {
        let note = result["note"].as_str().expect("it is said why");
        assert!(note.contains("no exit status"), "{result}");
        // What was printed is not lost for that.
        let printed = result["output"].as_str().unwrap();
        assert!(printed.contains("% Invalid input"), "{result}");
        return Ok("none, told".to_owned());
    }
    yes_if(result["exit_code"] == 7, || {
        format!("says {}", result["exit_code"])
    })
}

pub fn exit_signal(stand: &mut Stand) -> Seen {
    let Some(line) = stand.kind.words.is_killed else {
        return no_words();
    };
    let result = stand.run("box", line)?;
    yes_if(result["exit_signal"] == "KILL", || {
        format!("status {}", result["exit_code"])
    })
}

pub fn stderr(stand: &mut Stand) -> Seen {
    let Some(line) = stand.kind.words.complains else {
        return no_words();
    };
    let result = stand.run("box", line)?;
    let apart = result["stderr"] == "err\n" && result["bytes_out"] == 4;
    let whole = result["bytes_out"] == 8;
    yes_if(apart, || {
        if whole {
            "mixed".to_owned()
        } else {
            format!("{result}")
        }
    })
}

pub fn large(stand: &mut Stand) -> Seen {
    let (line, bytes) = stand.kind.words.prints_much;
    let result = stand.run("box", line)?;
    let whole = result["bytes_out"] == bytes && result["truncated"] == false;
    yes_if(whole, || {
        format!("{} bytes: {}", result["bytes_out"], result["note"])
    })
}

pub fn cap(stand: &mut Stand) -> Seen {
    let (line, _) = stand.kind.words.prints_much;
    let result = stand.run("capped", line)?;
    let cut = result["bytes_out"] == 65_536 && result["truncated"] == true;
    yes_if(cut, || {
        format!("{} bytes: {}", result["bytes_out"], result["note"])
    })
}

pub fn no_input(stand: &mut Stand) -> Seen {
    let Some(line) = stand.kind.words.reads else {
        return no_words();
    };
    let result = stand.run("box", line)?;
    let ended = result["exit_code"] == 0 && result["bytes_out"] == 0;
    yes_if(ended, || format!("{result}"))
}

/// Whether the command has begun, which the server's processes or its log show.
fn has_begun(stand: &Stand, marker: &Marker) -> bool {
    !marker.alive().is_empty() || marker.is_in(&stand.running.log())
}

/// What lives on after a command was ended, and what is said of it. To be silent of what lives on would be a lie.
fn lives_on(result: &Value, marker: &Marker) -> String {
    let note = result["note"].as_str().unwrap_or_default();
    let told = note.contains("may run on") || note.contains("did not confirm");
    let limit = if told {
        Duration::from_secs(1)
    } else {
        PATIENCE
    };
    let gone = within(limit, || marker.alive().is_empty());
    assert!(gone || told, "it lives on, untold: {result}");
    match (gone, told) {
        (true, false) => "gone",
        (true, true) => "gone, unconfirmed",
        (false, _) => "runs on, told",
    }
    .to_owned()
}

pub fn timeout(stand: &mut Stand) -> Seen {
    let marker = Marker::new();
    let line = marker.fill(stand.kind.words.waits);
    let arguments = json!({"alias": "box", "command": line, "timeout_seconds": 1});
    let result = stand.call("ssh_run", arguments)?;
    assert_eq!(result["timeout"], true, "{result}");
    Ok(lives_on(&result, &marker))
}

pub fn cancel(stand: &mut Stand) -> Seen {
    let marker = Marker::new();
    let task = stand.begin(&marker.fill(stand.kind.words.waits))?;
    assert!(
        within(PATIENCE, || has_begun(stand, &marker)),
        "it never began: {}",
        stand.running.log()
    );
    stand.call("ssh_cancel_async_task", task.clone())?;
    let result = stand.ended(&task)?;
    assert_eq!(result["cancelled"], true, "{result}");
    Ok(lives_on(&result, &marker))
}

pub fn reuse(stand: &mut Stand) -> Seen {
    let (line, _) = stand.kind.words.speaks;
    stand.run("box", line)?;
    let before = stand.running.connections();
    stand.run("box", line)?;
    match stand.running.connections() - before {
        0 => yes(),
        1 => Ok("a login each".to_owned()),
        more => Ok(format!("{more} logins")),
    }
}

/// Two commands, each of which ends when the other one runs, too.
pub fn together(stand: &mut Stand) -> Seen {
    let words = stand.kind.words;
    let pipe = stand.named_pipe();
    let lines = words.meet.unwrap_or([words.speaks.0; 2]);
    let lines = lines.map(|line| line.replace("PIPE", pipe.path().to_str().unwrap()));
    let before = stand.running.connections();
    let [first, second] = lines.map(|line| stand.begin(&line));
    let [first, second] = [stand.ended(&first?)?, stand.ended(&second?)?];
    let logins = stand.running.connections() - before;
    let wanted = -i32::from(words.meet.is_none());
    for result in [&first, &second] {
        assert_eq!(result["exit_code"], wanted, "{result}");
    }
    yes_if(logins == 0, || format!("{logins} logins"))
}
