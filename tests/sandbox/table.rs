//! The table is what a reviewer reads: each row says why.

/// The lines of the tables; a comment on a line of its own is for the row after it.
fn rows() -> Vec<(String, bool)> {
    let text = include_str!("../../src/sandbox/table.rs");
    let mut commented = false;
    let mut rows = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.contains("(SYS_") {
            let said = line.split_once("// ").map(|(_, reason)| reason);
            rows.push((
                line.to_owned(),
                commented || said.is_some_and(|reason| reason.len() > 2),
            ));
        }
        commented = line.starts_with("// ");
    }
    rows
}

#[test]
fn each_row_has_a_reason() {
    let rows = rows();
    assert!(rows.len() > 90, "{} rows", rows.len());
    for (row, has_reason) in rows {
        assert!(has_reason, "no reason beside `{row}`");
    }
}

#[test]
fn no_call_is_listed_that_would_undo_the_rest() {
    let never = [
        "SYS_execve",
        "SYS_fork",
        "SYS_vfork",
        "SYS_ptrace",
        "SYS_listen",
        "SYS_accept",
        "SYS_kill",
        "SYS_process_vm",
        "SYS_io_uring",
        "SYS_seccomp",
        "SYS_memfd",
        "SYS_mount",
        "SYS_unshare",
    ];
    for (row, _) in rows() {
        assert!(!never.iter().any(|call| row.contains(call)), "`{row}`");
    }
}
