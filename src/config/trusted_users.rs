//! Who may change the configuration as a matter of course: root, the user of this process, and the image's user.
//!
//! Takes /etc/passwd, /etc/group and the user namespace of this process as they are. Gives whether a user or a group is one
//! of theirs. Refuses nothing: a number that the user namespace has no user for, as that of root outside of a rootless
//! sandbox, is nobody who could be named, and passes.

use std::path::Path;

use super::file::bytes_of;

/// The user of the image and of the systemd unit, who owns the files of an operator that is somebody else.
pub const IMAGE_USER: u32 = 10001;
/// The number of every user and group that a user namespace does not have (user_namespaces(7)), where nobody changed it.
const UNMAPPED: u32 = 65534;
/// The one line of /proc/self/uid_map where all users are themselves.
const ALL_USERS: [&str; 3] = ["0", "0", "4294967295"];

/// Whose changes are no fault.
#[derive(Debug)]
pub(super) struct TrustedUsers {
    user: u32,
    /// The group of the process.
    group: u32,
    /// Whether the user namespace lacks some users.
    is_partial: bool,
    /// The texts of /etc/passwd and /etc/group; empty without one, as in the image.
    accounts: String,
    groups: String,
}

impl TrustedUsers {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        let map = text_of("/proc/self/uid_map");
        let is_partial = !map.is_empty() && !map.split_whitespace().eq(ALL_USERS);
        Self {
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
            is_partial,
            accounts: text_of("/etc/passwd"),
            groups: text_of("/etc/group"),
        }
    }

    /// Those of a process of another user.
    pub fn of(user: u32) -> Self {
        Self {
            user,
            group: user,
            ..Self::of_this_process()
        }
    }

    /// Whether what this user owns is no fault.
    pub fn has_user(&self, user: u32) -> bool {
        [0, self.user, IMAGE_USER].contains(&user) || self.is_unknown(user)
    }

    /// Whether what this group may write is no fault: it is root's, or nobody but the user of this process is in it.
    pub fn has_group(&self, group: u32) -> bool {
        group == 0 || self.is_unknown(group) || self.is_own_group(group)
    }

    fn is_unknown(&self, number: u32) -> bool {
        self.is_partial && number == UNMAPPED
    }

    /// Whether a group is there for the user alone: it has the user's name or number, or is that of the process and no file
    /// knows it; and no other account is in it.
    fn is_own_group(&self, group: u32) -> bool {
        let accounts = || self.accounts.lines().filter_map(account);
        let is_own = |name: &str| accounts().any(|(own, user, _)| own == name && user == self.user);
        let rows = self.groups.lines().filter_map(group_row);
        let rows: Vec<_> = rows.filter(|(_, number, _)| *number == group).collect();
        let is_of_others = accounts().any(|(_, user, its)| its == group && user != self.user);
        let has_others = rows.iter().any(|(_, _, members)| {
            let mut members = members.split(',').filter(|name| !name.is_empty());
            members.any(|name| !is_own(name))
        });
        let is_named = rows.iter().any(|(name, ..)| is_own(name));
        !is_of_others
            && !has_others
            && (group == self.user || is_named || rows.is_empty() && group == self.group)
    }
}

/// A line of passwd(5): the name, the user, the group.
fn account(line: &str) -> Option<(&str, u32, u32)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let user = fields.nth(1)?.parse().ok()?;
    Some((name, user, fields.next()?.parse().ok()?))
}

/// A line of group(5): the name, the group, its members.
fn group_row(line: &str) -> Option<(&str, u32, &str)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    Some((name, group, fields.next().unwrap_or_default()))
}

/// The text of a file of the system; empty without one.
fn text_of(path: &str) -> String {
    let read = bytes_of(Path::new(path));
    read.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::TrustedUsers;

    const ACCOUNTS: &str = "root:x:0:0::/root:/bin/sh\nbob:x:1000:1001::/home/bob:/bin/sh\n\
        ann:x:1002:1002::/:/bin/sh\neve:x:1003:1004::/:/bin/sh\nmal:x:1005:1000::/:/bin/sh\n";
    const GROUPS: &str = "root:x:0:\nbob:x:1001:\nusers:x:100:bob\nann:x:1002:ann,bob\neve:x:1004:eve\nmany:x:1000:\n";

    fn users(user: u32, is_partial: bool) -> TrustedUsers {
        let (accounts, groups) = (ACCOUNTS.to_owned(), GROUPS.to_owned());
        TrustedUsers {
            user,
            group: 20_002,
            is_partial,
            accounts,
            groups,
        }
    }

    #[test]
    fn root_the_user_itself_and_the_image_s_user_may_change_what_they_own() {
        for (own, owner, is_trusted) in [
            (1000, 0, true),
            (1000, 1000, true),
            (1000, 10001, true),
            (1000, 1002, false),
            (1000, 65534, false),
            (0, 1000, false),
        ] {
            assert_eq!(
                users(own, false).has_user(owner),
                is_trusted,
                "{own} {owner}"
            );
        }
        // Where root is outside of the namespace, its files have the number of nobody.
        assert!(users(1000, true).has_user(65534) && users(1000, true).has_group(65534));
        assert!(!users(1000, true).has_user(1002));
    }

    #[test]
    fn a_group_is_the_user_s_own_if_nobody_else_is_in_it() {
        for (own, group, is_trusted, why) in [
            (1000, 0, true, "root's"),
            (1000, 1001, true, "it has the user's name"),
            (
                1000,
                100,
                false,
                "a group of many, though the user is its one member",
            ),
            (1000, 1000, false, "another account begins in it"),
            (1002, 1002, false, "another one is a member"),
            (1003, 1004, true, "the user is its one member"),
            (1003, 1001, false, "another user's own"),
            (
                20000,
                20000,
                true,
                "as in the image, which knows no accounts",
            ),
            (20000, 20001, false, "nobody knows whose it is"),
            (
                20000,
                20002,
                true,
                "the process has it, and nobody is known in it",
            ),
        ] {
            assert_eq!(users(own, false).has_group(group), is_trusted, "{why}");
        }
    }
}
