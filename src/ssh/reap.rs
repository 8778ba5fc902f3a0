//! Killing what a server gives no signals to.
//!
//! OpenSSH 9.2 delivers no signal to a session of root's ("session signalling requires
//! privilege separation"), and a connection that is dropped does not end a silent process. So
//! for root, and only when nothing else runs over the connection, a constant command of ours
//! asks the remote kernel for the process groups that this connection's sshd has started, and
//! kills them. sshd makes each command the leader of its own group, as setsid(2) does.
//!
//! A root account whose key has a forced command runs that instead, once more; such an account
//! cannot run what a policy allows, so nothing that works is lost.
//!
//! Takes: a session. Gives: nothing; whether the command is gone, its own channel tells. No word
//! of an agent's or of the configuration is in the text.

use super::session::Session;

/// Run by any login shell. Linux names the children of sshd at once (proc_tid_children(5)), or,
/// where its kernel is built without that, each process's parent (proc_pid_stat(5): the second
/// field after the last parenthesis), which takes a second for every few thousand processes.
/// Other systems answer by the ps of POSIX.
const REAPER: &str = "exec sh -c '\
    c=/proc/$PPID/task/$PPID/children; \
    if [ -r $c ]; then read -r l <$c; for p in $l; do echo $p $PPID; done; \
    elif [ -r /proc/self/stat ]; then \
    for f in /proc/[0-9]*/stat; do IFS= read -r l <$f || continue; \
    set -- ${l##*) }; echo ${l%% *} $2; done; \
    else ps -A -o pid= -o ppid=; fi 2>/dev/null | \
    while read -r p q; do [ $q = $PPID ] && [ $p != $$ ] && kill -9 -$p; done'";

/// Kills the process groups that this connection's sshd has started.
pub(super) async fn reap(session: &Session) {
    let Ok(mut channel) = session.handle().channel_open_session().await else {
        return;
    };
    if channel.exec(true, REAPER).await.is_ok() && channel.eof().await.is_ok() {
        while channel.wait().await.is_some() {}
    }
}
