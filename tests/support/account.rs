//! Accounts of the system, made for one test and removed behind it, and what sudo lets them do.
//!
//! Takes: a tag that tells the tests of one process apart. Gives: an [`Account`] with a password, and [`Sudoers`]. Refuses to
//! work where the tests are not root's.

use std::fs::{self, Permissions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::sshd::is_root;

/// A system account with a password, for the time of one test: the passwords of real accounts
/// are nobody's business, and OpenSSH delivers no signals to a session of root's.
pub struct Account {
    pub name: String,
    pub password: String,
}

/// useradd and userdel lock /etc/passwd, and do not wait long for one another.
static ACCOUNTS: Mutex<()> = Mutex::new(());

/// The number of the next account. A process of an account that is gone keeps its number, and would be the new one's, which
/// usermod then takes to be in use: so the numbers begin anywhere, and none comes twice.
fn next_number() -> u32 {
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| {
        let anywhere = RandomState::new().build_hasher().finish() % u64::from(NUMBERS);
        AtomicU32::new(u32::try_from(anywhere).unwrap())
    });
    FIRST_NUMBER + NEXT.fetch_add(1, Ordering::Relaxed) % NUMBERS
}

/// Numbers of accounts that Debian gives to nobody by itself before thousands of others are taken.
const FIRST_NUMBER: u32 = 20_000;
const NUMBERS: u32 = 40_000;

impl Account {
    /// Makes one. `tag` tells the tests of one process apart.
    pub fn create(tag: &str) -> Self {
        assert!(
            is_root(),
            "this test needs an account of its own: run the tests as root"
        );
        let _one_at_a_time = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let account = Self {
            name: format!("mcpssh{tag}{}", std::process::id()),
            password: format!("pw-{tag}-{}", std::process::id()),
        };
        // Another process may have taken the number: then the next one is free.
        let taken = (0..20).find(|_| account.added());
        assert!(taken.is_some(), "useradd {}", account.name);
        run(
            &mut Command::new("chpasswd"),
            &format!("{}:{}\n", account.name, account.password),
        );
        account
    }

    /// Adds it, with a number that no account of this process had before.
    fn added(&self) -> bool {
        let mut useradd = Command::new("useradd");
        useradd.args(["--no-create-home", "--home-dir", "/", "--shell", "/bin/sh"]);
        useradd.args(["--uid", &next_number().to_string(), &self.name]);
        useradd.output().unwrap().status.success()
    }

    /// Gives it this home; without that it is `/`.
    pub fn lives_in(&self, home: &Path) {
        let _one_at_a_time = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let mut usermod = Command::new("usermod");
        run(usermod.arg("--home").arg(home).arg(&self.name), "");
    }

    /// Its number.
    pub fn uid(&self) -> u32 {
        self.id("-u")
    }

    /// The number of its group.
    pub fn gid(&self) -> u32 {
        self.id("-g")
    }

    fn id(&self, which: &str) -> u32 {
        let id = Command::new("id").args([which, &self.name]).output();
        let id = String::from_utf8(id.unwrap().stdout).unwrap();
        id.trim().parse().unwrap()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _one_at_a_time = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        run(Command::new("userdel").args(["--force", &self.name]), "");
    }
}

/// Lets an account run anything by sudo, until it is dropped.
pub struct Sudoers(PathBuf);

impl Sudoers {
    /// Without a password.
    pub fn of(account: &Account) -> Self {
        let sudoers = Self::saying(account, "ALL=(ALL) NOPASSWD: ALL", "");
        let mut as_account = Command::new("runuser");
        as_account.args(["-u", &account.name, "--", "sudo", "-n", "true"]);
        run(&mut as_account, "");
        sudoers
    }

    /// With the account's password, under these `Defaults`.
    pub fn asking(account: &Account, defaults: &str) -> Self {
        Self::saying(account, "ALL=(ALL) ALL", defaults)
    }

    fn saying(account: &Account, grant: &str, defaults: &str) -> Self {
        let folder = Path::new("/etc/sudoers.d");
        assert!(
            folder.is_dir(),
            "no {}: scripts/test-tools.sh installs sudo",
            folder.display()
        );
        let sudoers = Self(folder.join(&account.name));
        // sudo reads no file whose name has a dot in it, and it may look at any time.
        let unfinished = sudoers.0.with_extension("new");
        let name = &account.name;
        let defaults = match defaults {
            "" => String::new(),
            defaults => format!("Defaults:{name} {defaults}\n"),
        };
        fs::write(&unfinished, format!("{defaults}{name} {grant}\n")).unwrap();
        fs::set_permissions(&unfinished, Permissions::from_mode(0o440)).unwrap();
        fs::rename(&unfinished, &sudoers.0).unwrap();
        sudoers
    }
}

impl Drop for Sudoers {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

fn run(command: &mut Command, input: &str) {
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
