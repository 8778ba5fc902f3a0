//! Killing what a server gives no signals to.
//!
//! OpenSSH 9.2 delivers no signal to a session of root's ("session signalling requires
//! privilege separation"), and a connection that is dropped does not end a silent process. So
//! for root, and only when nothing else runs over the connection, a text of ours asks the remote
//! kernel for the command's process group and kills it. sshd makes each command the leader of a
//! session and a group of its own, as setsid(2) does.
//!
//! When the connection is gone before this text is run, the shell that runs it is an orphan: its
//! parent is init, whose children are every daemon of the host. So nothing is killed but what provably
//! is the command of this call. Just before the kill all of this must hold, read from /proc (proc(5)):
//!
//! - the parent of the shell is not process 1, is called sshd, sshd-session or sshd-auth, and began after
//!   our login did;
//! - the one to be killed is a child of that parent, leads a group and a session, began after the call did
//!   and before this shell, and has our SSH_CONNECTION in its environment. (That is inherited, so it alone
//!   proves nothing.)
//!
//! What cannot be read is not killed: without /proc nothing is, and the result says that the host did
//! not confirm the end. A session takes no new command while such a text may be under way.
//!
//! Takes: a session, and how long ago its login and the command began. Gives nothing: the
//! command's own channel tells whether it is gone. No word of an agent's or of the configuration is in the text.

use std::time::Duration;

use crate::ssh::transport::channel::{Channel, ChannelMsg, Sig};
use crate::ssh::transport::session::Session;

/// What may pass between asking a host for a process and its start: more than we wait for a killer.
const SLACK: Duration = Duration::from_secs(2);
/// What two clocks may differ by, each of which NTP may hold back or hurry by 500 millionths.
const DRIFT: u32 = 1000;
/// Linux counts the start of a process in hundredths of a second (USER_HZ).
const TICKS_PER_SECOND: u128 = 100;

/// Any login shell can run this text. The ticks since the login and since the call stand in place of `LOGIN` and
/// `CALL`, the signal's name in place of `SIGNAL`. `stat` reads a process's state: `i` its number, `q` its parent,
/// `g` its group, `d` its session, `t` its start. The text has no exclamation mark: csh would take one for its
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

/// Signals the command of a call, if the host can prove which it is: SIGTERM asks it to end, any other
/// signal is SIGKILL. `call` is how long ago it began.
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
