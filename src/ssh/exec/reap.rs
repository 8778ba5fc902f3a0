//! Kills a command to which the server delivers no signals.
//!
//! Takes: a session, and how long ago its login and the command began. Gives nothing: the command's own channel tells
//! whether the command is gone. Refuses to kill a process that is not provably the command of this call.
//!
//! OpenSSH 9.2 delivers no signal to a session of root ("session signalling requires privilege separation"), and a
//! dropped connection does not end a silent process. So for root, and only when nothing else runs over the
//! connection, a script of this program finds the command's process group and kills it. sshd makes each command the
//! leader of a session and of a group, as setsid(2) does.
//!
//! If the connection is lost before the script runs, the shell that runs it is an orphan: its parent is init, and
//! every daemon of the host is a child of init. So the script kills only if, just before the kill, all of this holds
//! in /proc (proc(5)):
//!
//! - the parent of the shell is not process 1, is called sshd, sshd-session or sshd-auth, and began after the
//!   login of the session;
//! - the process to be killed is a child of that parent, leads a group and a session, began after the call and
//!   before the shell, and has the SSH_CONNECTION of the shell in its environment. (Children inherit this variable,
//!   so it alone proves nothing.)
//!
//! A process of which this cannot be read is not killed. Without /proc none is, and the result says that the host did
//! not confirm the end. A session takes no new command while such a script may be under way. No word of an agent or
//! of the configuration is in the script.

use std::time::Duration;

use crate::ssh::transport::channel::{Channel, ChannelMsg, Sig};
use crate::ssh::transport::session::Session;

/// How long a host may take from the request of a process to its start: longer than this program waits for a killer.
const SLACK: Duration = Duration::from_secs(2);
/// How much two clocks may differ, in millionths: NTP may slow or hurry each of them by 500 millionths.
const DRIFT: u32 = 1000;
/// Linux counts the start of a process in hundredths of a second (USER_HZ).
const TICKS_PER_SECOND: u128 = 100;

/// The script, which any login shell can run. `LOGIN` and `CALL` are replaced by the ticks since the login and since
/// the call, `SIGNAL` by the name of the signal. `stat` reads the state of a process: `i` its number, `q` its parent,
/// `g` its group, `d` its session, `t` its start. The script has no exclamation mark, since csh would take one for its
/// history.
const REAPER: &str = "exec sh -c '\
    set -f; c=$SSH_CONNECTION; [ -n \"$c\" ] || exit; \
    stat() { read -r l <$1 || return 1; i=${l%% *}; set -- ${l##*) }; \
    q=$2 g=$3 d=$4 t=${20}; [ \"$t\" -gt 0 ]; }; \
    stat /proc/self/stat || exit; m=$i n=$t P=$q; \
    ours() { stat /proc/self/stat && [ $q = $P ] && [ $P -gt 1 ] && read -r k </proc/$P/comm || return 1; \
    case $k in sshd|sshd-session|sshd-auth) ;; *) return 1;; esac; \
    stat /proc/$P/stat && [ $t -ge $((n-LOGIN)) ]; }; \
    ours || exit; \
    if [ -r /proc/$P/task/$P/children ]; then read -r a </proc/$P/task/$P/children; else a=$(ls /proc); fi; \
    for p in $a; do \
    [ \"$p\" -gt 1 ] && [ $p -ne $m ] && stat /proc/$p/stat && [ $q = $P ] && [ $g = $p ] && [ $d = $p ] && \
    [ $t -ge $((n-CALL)) ] && [ $t -lt $n ] || continue; s=$t; \
    tr \"\\0\" \"\\n\" </proc/$p/environ | grep -qxF \"SSH_CONNECTION=$c\" || continue; \
    ours && stat /proc/$p/stat && [ $q = $P ] && [ $t = $s ] && kill -SIGNAL -$p; \
    done 2>/dev/null'";

/// Signals the command of a call, if the host can prove which process it is: with SIGTERM if `signal` is that, else
/// with SIGKILL. `call` is how long ago the command began.
pub(super) async fn reap(session: &Session, call: Duration, signal: &Sig) {
    let under_way = session.unless_finished();
    let Ok(mut channel) = Channel::request(session).await else {
        return;
    };
    let text = text(session.age(), call, signal);
    if channel.exec(text.as_bytes()).await.is_ok() && channel.eof().await.is_ok() {
        while let Some(message) = channel.wait().await {
            if matches!(message, ChannelMsg::Failure) {
                return;
            }
        }
    }
    under_way.finished();
}

fn text(login: Duration, call: Duration, signal: &Sig) -> String {
    let name = if matches!(signal, Sig::TERM) {
        "TERM"
    } else {
        "KILL"
    };
    let ticks = |since: Duration| {
        let at_most = since + since / DRIFT + SLACK;
        (at_most.as_millis() * TICKS_PER_SECOND / 1000).to_string()
    };
    REAPER
        .replace("LOGIN", &ticks(login))
        .replace("CALL", &ticks(call))
        .replace("SIGNAL", name)
}
