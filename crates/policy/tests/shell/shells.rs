//! The real shells, and two ways to see what they execute.
//!
//! [`Shell::trace`] runs many lines in one shell in which each command of the generated lines
//! is a function that writes down its argv: quick, for nothing is executed, and nothing can
//! be: PATH is empty. [`Shell::run`] runs one line as sshd does, by `-c`, on real programs.
//! Both fail when the shell says anything or leaves anything behind.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::generate::fails;
use super::model::{Argv, FILES};

/// A shell that servers have as a login shell.
pub struct Shell {
    /// What it is called, and its program's name.
    pub name: &'static str,
    arguments: &'static [&'static str],
    /// Writes the number of its arguments, then each of them, with a NUL after each, in one
    /// system call, so that the commands of a pipeline do not write into each other.
    write: &'static str,
}

const PRINTF: &str = r#"printf '%s\0' "$#" "$@""#;
/// bash makes a system call of each line; a newline travels as U+0002, which no line can hold.
const PRINTF_IN_BASH: &str = r#"printf '%s\0' "$#" "${@//$'\n'/$'\2'}""#;
const PRINT: &str = r#"print -rN -- "$#" "$@""#;

/// zsh aborts a line in which a pattern matches nothing; `nonomatch` makes it comparable.
pub const SHELLS: [Shell; 5] = [
    Shell {
        name: "dash",
        arguments: &[],
        write: PRINTF,
    },
    Shell {
        name: "bash",
        arguments: &["--noprofile", "--norc"],
        write: PRINTF_IN_BASH,
    },
    Shell {
        name: "busybox",
        arguments: &["sh"],
        write: PRINTF,
    },
    Shell {
        name: "mksh",
        arguments: &[],
        write: PRINT,
    },
    Shell {
        name: "zsh",
        arguments: &["-f", "-o", "nonomatch"],
        write: PRINTF,
    },
];

impl Shell {
    /// Runs the lines one after the other; gives, for each, the commands in the order in which
    /// they ran; `names` are those of their commands. A line that breaks out of its place loses the mark of the next one.
    pub fn trace(
        &self,
        names: &BTreeSet<String>,
        lines: &[String],
        place: &ShellPlace,
    ) -> Vec<Vec<Argv>> {
        let script = place.root.join("script");
        fs::write(&script, self.script(names, lines, &place.log)).unwrap();
        let records = place.record(self.command(place).arg(&script), self.name);
        let mut traces: Vec<Vec<Argv>> = Vec::new();
        for record in records {
            match (record.as_slice(), traces.last_mut()) {
                ([mark, number], _) if mark == "=" => {
                    assert_eq!(*number, traces.len().to_string(), "{}", self.name);
                    traces.push(Vec::new());
                }
                (_, Some(trace)) => trace.push(record),
                (_, None) => panic!("{}: {record:?} before the first line", self.name),
            }
        }
        let last = traces.len().saturating_sub(1);
        assert_eq!(
            traces.len(),
            lines.len(),
            "{}: ended at {:?}",
            self.name,
            lines[last]
        );
        traces
    }

    fn script(&self, names: &BTreeSet<String>, lines: &[String], log: &Path) -> String {
        let mut script = format!("exec 9>>'{}'\n", log.display());
        script.push_str(&format!("dump() {{ {} >&9; }}\n", self.write));
        for name in names {
            let status = u8::from(fails(name));
            script.push_str(&format!(
                "{name}() {{ dump {name} \"$@\"; return {status}; }}\n"
            ));
        }
        for (number, line) in lines.iter().enumerate() {
            script.push_str(&format!("dump = {number}\n{line}\n"));
        }
        script
    }

    /// Runs one line, by `-c`, with the programs that [`ShellPlace::install`] put there.
    pub fn run(&self, line: &str, place: &ShellPlace) -> Vec<Argv> {
        let mut command = self.command(place);
        command.args(["-c", line]);
        place.record(&mut command, &format!("{}: {line:?}", self.name))
    }

    /// Runs lines of `say N`, which writes `out N` and `err N` to its two outputs. Gives what
    /// came out of the shell's own.
    pub fn say(&self, lines: &[String], place: &ShellPlace) -> (String, String) {
        let say = "say() { echo out $1; echo err $1 >&2; }";
        let script = place.root.join("script");
        fs::write(&script, format!("{say}\n{}\n", lines.join("\n"))).unwrap();
        let output = self.command(place).arg(&script).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    }

    fn command(&self, place: &ShellPlace) -> Command {
        let program = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|directory| directory.join(self.name))
            .find(|path| path.exists())
            .unwrap_or_else(|| panic!("`{}` is missing: {INSTALL}", self.name));
        let mut command = Command::new(program);
        command
            .args(self.arguments)
            .env_clear()
            .env("PATH", place.root.join("bin"))
            .env("LC_ALL", "C")
            .current_dir(&place.work)
            .stdin(Stdio::null());
        command
    }
}

const INSTALL: &str = "apt-get install mksh zsh busybox dash bash";

/// A directory tree of its own for one shell: `work` with the files of the model, where lines
/// run; `bin`, the whole PATH; and the log that each command writes its argv to.
pub struct ShellPlace {
    root: PathBuf,
    /// Where lines run.
    pub work: PathBuf,
    log: PathBuf,
    _owner: tempfile::TempDir,
}

impl ShellPlace {
    /// A new one.
    pub fn new() -> Self {
        let owner = tempfile::tempdir().unwrap();
        let root = owner.path().canonicalize().unwrap();
        let (work, log) = (root.join("work"), root.join("log"));
        fs::create_dir_all(work.join("sub")).unwrap();
        fs::create_dir(root.join("bin")).unwrap();
        for file in FILES {
            fs::write(work.join(file), "").unwrap();
        }
        let place = Self {
            root,
            work,
            log,
            _owner: owner,
        };
        place.write_program("dump", 0);
        place.write_program("dump-and-fail", 1);
        place
    }

    /// Puts a program that writes down its argv where a command of this name is looked for.
    pub fn install(&self, name: &str) -> ShellProgram {
        let bin = self.root.join("bin").display().to_string();
        let (prefix, argv0) = match name {
            _ if name.starts_with('/') => (self.root.display().to_string(), None),
            _ if BUILTINS.contains(&name) => (format!("{bin}/"), None),
            _ if name.contains('/') => (String::new(), Some(name.to_owned())),
            _ => (String::new(), Some(format!("{bin}/{name}"))),
        };
        let argv0 = argv0.unwrap_or_else(|| format!("{prefix}{name}"));
        let path = self.work.join(&argv0);
        if !path.exists() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let kind = if fails(name) { "dump-and-fail" } else { "dump" };
            fs::hard_link(self.root.join(kind), path).unwrap();
        }
        ShellProgram { prefix, argv0 }
    }

    /// A script is enough of a program: the kernel hands the path to dash, which adds nothing.
    /// Another process writes it: a descriptor of ours could live on in a child that a thread
    /// forks meanwhile, and the kernel refuses to execute what is open for writing.
    fn write_program(&self, name: &str, status: u8) {
        let (path, log) = (self.root.join(name), self.log.display());
        let text = format!(
            "#!/bin/dash\nprintf '%s\\0' \"$(($# + 1))\" \"$0\" \"$@\" >>'{log}'\nexit {status}\n"
        );
        let mut writer = Command::new("/bin/dash");
        writer
            .args(["-c", "printf %s \"$1\" >\"$2\"", "dash", &text])
            .arg(&path);
        assert!(writer.status().expect(INSTALL).success());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What the command's commands wrote down; it must have been silent and left no file.
    fn record(&self, command: &mut Command, what: &str) -> Vec<Argv> {
        fs::write(&self.log, "").unwrap();
        let before = self.files();
        let output = command.output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let records = records(&fs::read_to_string(&self.log).unwrap(), what);
        assert_eq!(said, "", "{what}, after {:?}", records.last());
        assert_eq!(self.files(), before, "{what} left files");
        records
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        let entries = [".", "..", "sub"].map(|directory| fs::read_dir(self.work.join(directory)));
        let paths = entries.into_iter().flat_map(|entries| entries.unwrap());
        paths.map(|entry| entry.unwrap().path()).collect()
    }
}

/// A program that [`ShellPlace::install`] put somewhere.
pub struct ShellProgram {
    /// What to write before the name: a built-in, which needs no program, is reached under a
    /// path instead, and so is the program of an absolute path.
    pub prefix: String,
    /// How it finds itself called.
    pub argv0: String,
}

/// `count NUL (word NUL)*`, again and again.
fn records(log: &str, what: &str) -> Vec<Argv> {
    let mut words = log.split_terminator('\0');
    let mut records = Vec::new();
    while let Some(count) = words.next() {
        let length = count
            .parse()
            .unwrap_or_else(|_| panic!("{what}: no record at {count:?}"));
        let record = words
            .by_ref()
            .take(length)
            .map(|word| word.replace('\u{2}', "\n"));
        let record: Argv = record.collect();
        assert_eq!(record.len(), length, "{what}: a record is cut off");
        records.push(record);
    }
    records
}

/// The built-ins of the five shells, as far as the written lines name them.
const BUILTINS: [&str; 14] = [
    ":", "[", "cat", "command", "echo", "hash", "history", "integer", "kill", "local", "r", "test",
    "true", "type",
];
