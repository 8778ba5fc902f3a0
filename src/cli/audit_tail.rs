//! `mcp-ssh audit tail`: the last records, one a line, for a person.
//!
//! Takes a file or stdin; prints a line for each record, as `audit_line` has it. Proves nothing: `audit verify` does.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use argh::FromArgs;

use super::audit_line::shown_line;
use super::option_forms::path;
use super::words::STDIN;
use super::{ExitStatus, Terminal};
use crate::audit::MAX_LINE;
use crate::runtime::sleep;

/// What is read at a time to find where the last lines begin.
const CHUNK: u64 = 64 * 1024;
/// How often a file that is followed is looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// Print the last records for a person, one a line.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "tail",
    example = "mcp-ssh audit tail -n 50 audit.jsonl\ndocker logs -f NAME 2>&1 >/dev/null | mcp-ssh audit tail -",
    error_code(0, "the records are shown"),
    error_code(1, "the file cannot be read"),
    error_code(2, "the command line is wrong")
)]
pub struct TailArguments {
    /// how many (default: 10); all of stdin
    #[argh(
        option,
        short = 'n',
        default = "10",
        arg_name = "count",
        from_str_fn(count)
    )]
    pub lines: u64,
    /// go on as the file grows
    #[argh(switch, short = 'f')]
    pub follow: bool,
    /// the file; - is stdin
    #[argh(positional, arg_name = "file", from_str_fn(path))]
    pub file: PathBuf,
}

fn count(word: &str) -> Result<u64, String> {
    word.parse()
        .map_err(|_| "takes a whole number of records".to_owned())
}

/// Prints the last records, and those that come, if they are wanted.
pub async fn tail(options: &TailArguments, terminal: &mut Terminal) -> ExitStatus {
    let shown = if options.file == Path::new(STDIN) {
        show(&mut io::stdin().lock(), LastLine::Shown, terminal).map(drop)
    } else {
        tail_file(options, terminal).await
    };
    match shown {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            let file = options.file.display();
            terminal.error(&format!("mcp-ssh: `{file}` cannot be read: {error}"));
            ExitStatus::FAILURE
        }
    }
}

async fn tail_file(options: &TailArguments, terminal: &mut Terminal) -> io::Result<()> {
    let mut file = File::open(&options.file)?;
    let mut at = start_of_last(&file, options.lines)?;
    let cut = if options.follow {
        LastLine::Left
    } else {
        LastLine::Shown
    };
    loop {
        file.seek(SeekFrom::Start(at))?;
        let more = show(&mut BufReader::new(&file), cut, terminal)?;
        at += more;
        if !options.follow {
            return Ok(());
        }
        sleep(INTERVAL).await;
        // One that is not there yet will be.
        let Some(next) = regular_file(&options.file) else {
            continue;
        };
        let (named, held) = (next.metadata()?, file.metadata()?);
        let is_held = (named.dev(), named.ino()) == (held.dev(), held.ino());
        if is_held && held.len() < at {
            // It was emptied, and begins anew.
            at = 0;
        } else if !is_held && (more == 0 || held.len() <= at) {
            // It was moved away, and nothing more comes: half a line stays one.
            file.seek(SeekFrom::Start(at))?;
            show(&mut BufReader::new(&file), LastLine::Shown, terminal)?;
            (file, at) = (next, 0);
        }
    }
}

/// The file at the path; none while something else is there, for instance a FIFO, which would be waited for.
fn regular_file(path: &Path) -> Option<File> {
    let mut options = File::options();
    let file = options.read(true).custom_flags(libc::O_NONBLOCK).open(path);
    file.ok()
        .filter(|file| file.metadata().is_ok_and(|found| found.is_file()))
}

/// Where the last lines begin.
fn start_of_last(file: &File, lines: u64) -> io::Result<u64> {
    let size = file.metadata()?.len();
    let (mut end, mut found) = (size, 0);
    let mut chunk = Vec::new();
    while end > 0 && found < lines {
        let from = end.saturating_sub(CHUNK);
        chunk.resize(usize::try_from(end - from).unwrap_or_default(), 0);
        file.read_exact_at(&mut chunk, from)?;
        let mut before = chunk.as_slice();
        while let Some(at) = before.iter().rposition(|byte| *byte == b'\n') {
            before = before.get(..at).unwrap_or_default();
            let next = from + at as u64 + 1;
            // The last one ends the last line.
            found += u64::from(next < size);
            if found == lines {
                return Ok(next);
            }
        }
        end = from;
    }
    Ok(end)
}

/// What becomes of a last line without its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LastLine {
    Shown,
    /// More of it will come.
    Left,
}

/// Shows every line; gives how many bytes they are.
fn show(from: &mut dyn BufRead, cut: LastLine, terminal: &mut Terminal) -> io::Result<u64> {
    let most = MAX_LINE as u64 + 1;
    let mut shown = 0;
    loop {
        let mut line = Vec::new();
        Read::take(&mut *from, most).read_until(b'\n', &mut line)?;
        let read = line.len() as u64;
        if read == 0 || (cut == LastLine::Left && read < most && line.last() != Some(&b'\n')) {
            return Ok(shown);
        }
        shown += read;
        if let Some(text) = shown_line(&line, terminal) {
            terminal.line(&text);
        }
    }
}
