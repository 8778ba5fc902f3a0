//! The files of an ssh_config: from text to blocks.
//!
//! Takes the text of a file; gives its blocks and those of the files that it includes, the hosts that it names, and
//! the lines that an inventory has no place for. Refuses what OpenSSH 9.2 refuses, at the first such line, and more
//! lines or files than an inventory needs.

use super::blocks::{Block, BlockItem, MAX_HOSTS, Place, Setting, SshConfig, UnknownKeyword};
use super::condition::BlockCondition;
use super::jump::hops;
use super::keywords::{self, ValueForm};
use super::{include, line};
use crate::config::{MAX_FILE_BYTES, bytes_of};

/// Lines that are read, and patterns: each host may be concerned by each of them.
const MAX_LINES: usize = 10 * MAX_HOSTS;
/// Unknown keywords that `IgnoreUnknown` may cover: each is looked at for each host.
const MAX_UNKNOWN: usize = 100;
/// How deep files include files, for ssh too.
const MAX_DEPTH: usize = 16;

/// The keywords that say which machine is reached, as whom and how.
const TAKEN: [&str; 13] = [
    "hostname",
    "port",
    "user",
    "proxyjump",
    "proxycommand",
    "hostkeyalias",
    "identityfile",
    "certificatefile",
    "connecttimeout",
    "serveraliveinterval",
    "canonicalizehostname",
    "canonicalizepermittedcnames",
    "ignoreunknown",
];

impl SshConfig {
    /// Reads a file's text, and the files that it includes.
    ///
    /// # Errors
    /// The place of the first line that ssh would refuse, too, and why.
    pub fn parse(name: &str, text: &str, home: &str) -> Result<Self, String> {
        let mut config = Self::default();
        config.file(name, text, home, 0)?;
        Ok(config)
    }

    fn file(&mut self, name: &str, text: &str, home: &str, depth: usize) -> Result<usize, String> {
        let file = self.files.len();
        self.bytes += text.len();
        if file > include::MAX_FILES || self.bytes as u64 > MAX_FILE_BYTES {
            let most = include::MAX_FILES;
            return Err(format!(
                "{name}: more than {most} files or {MAX_FILE_BYTES} bytes"
            ));
        }
        self.files.push((name.to_owned(), Vec::new()));
        self.open(Place { file, line: 1 }, BlockCondition::Match(Vec::new()));
        for (index, line) in text.split('\n').enumerate() {
            let place = Place {
                file,
                line: index + 1,
            };
            self.lines += 1;
            let Some((keyword, rest)) = line::keyword(line) else {
                continue;
            };
            if keyword.eq_ignore_ascii_case("include") {
                self.include(place, rest, home, depth)?;
                continue;
            }
            let read = match line.contains('\u{fffd}') {
                true => Err("is not UTF-8 in its line: save the file as UTF-8".to_owned()),
                false => self.line(place, &keyword, rest),
            };
            read.map_err(|fault| {
                let keyword = keyword.escape_debug();
                format!("{}: `{keyword}` {fault}", self.shown(place))
            })?;
        }
        if self.lines > MAX_LINES {
            return Err(format!(
                "{name}: more than {MAX_LINES} lines: split the file"
            ));
        }
        Ok(file)
    }

    /// A line that includes no file.
    fn line(&mut self, place: Place, keyword: &str, rest: &str) -> Result<(), String> {
        if rest.is_empty() {
            return Err("has no value".to_owned());
        }
        let folded = keyword.to_ascii_lowercase();
        match folded.as_str() {
            "host" => {
                let condition = BlockCondition::of_host(rest)?;
                self.name_hosts(place, &condition)?;
                self.open(place, condition);
            }
            "match" => {
                let condition = BlockCondition::of_match(rest)?;
                self.second_pass |= condition.wants_second_pass();
                self.open(place, condition);
            }
            _ => match keywords::form(&folded) {
                Some((form, taken)) if TAKEN.contains(&taken) => {
                    self.setting(place, taken, form, rest)?;
                }
                Some((form, _)) => {
                    keywords::value(form, rest)?;
                    self.passed_over.push((place, keyword.to_owned()));
                }
                None => self.unknown(place, keyword, rest)?,
            },
        }
        if self.blocks > MAX_HOSTS {
            return Err(format!(
                "is in a file with more than {MAX_HOSTS} blocks: split the file"
            ));
        }
        Ok(())
    }

    fn setting(
        &mut self,
        place: Place,
        keyword: &'static str,
        form: ValueForm,
        rest: &str,
    ) -> Result<(), String> {
        let value = keywords::value(form, rest)?;
        if keyword == "proxyjump" && !value.eq_ignore_ascii_case("none") {
            hops(&value)?;
        }
        if matches!(form, ValueForm::WordOrTime(_)) && value == "none" {
            // For ssh this sets nothing, and a later line counts.
            return Ok(());
        }
        let order = self.lines;
        self.add(
            place.file,
            BlockItem::Setting(Setting {
                place,
                keyword,
                value,
                order,
            }),
        );
        Ok(())
    }

    /// A keyword that ssh does not know: whether `IgnoreUnknown` covers it hangs on the host.
    fn unknown(&mut self, place: Place, keyword: &str, rest: &str) -> Result<(), String> {
        line::values(rest)?;
        if self.unknown.iter().any(|other| other.keyword == keyword) {
            return Ok(());
        }
        self.unknown.push(UnknownKeyword {
            place,
            order: self.lines,
            keyword: keyword.to_owned(),
        });
        if self.unknown.len() > MAX_UNKNOWN {
            return Err(format!(
                "is one of more than {MAX_UNKNOWN} that are no keywords"
            ));
        }
        Ok(())
    }

    fn include(
        &mut self,
        place: Place,
        rest: &str,
        home: &str,
        depth: usize,
    ) -> Result<(), String> {
        let shown = self.shown(place);
        let refused = |fault: &str| format!("{shown}: `Include` {fault}");
        let patterns = line::values(rest).map_err(refused)?;
        if patterns.is_empty() && rest.is_empty() || patterns.iter().any(String::is_empty) {
            return Err(refused("has no value"));
        }
        for pattern in patterns {
            let paths = include::matching(&pattern, home);
            for path in paths.map_err(|fault| refused(&fault))? {
                let name = path.display().to_string();
                let refused = |fault: &str| format!("{shown}: `Include` of {name}: {fault}");
                if depth == MAX_DEPTH {
                    return Err(refused("files include each other too deep, or in a circle"));
                }
                if include::may_be_read(&path).map_err(refused)? {
                    let (_, bytes) = bytes_of(&path).map_err(|fault| refused(&fault.message))?;
                    let text = String::from_utf8_lossy(&bytes);
                    let file = self.file(&name, &text, home, depth + 1)?;
                    self.add(place.file, BlockItem::File(file));
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, place: Place, condition: BlockCondition) {
        self.blocks += 1;
        if let Some((_, blocks)) = self.files.get_mut(place.file) {
            blocks.push(Block {
                place,
                condition,
                items: Vec::new(),
            });
        }
    }

    /// Adds to the block that is open in a file.
    fn add(&mut self, file: usize, item: BlockItem) {
        let file = self.files.get_mut(file);
        if let Some(block) = file.and_then(|(_, blocks)| blocks.last_mut()) {
            block.items.push(item);
        }
    }

    fn name_hosts(&mut self, place: Place, condition: &BlockCondition) -> Result<(), String> {
        let BlockCondition::Host(patterns) = condition else {
            return Ok(());
        };
        self.patterns += patterns.len();
        if self.patterns > MAX_LINES {
            return Err(format!(
                "has more than {MAX_LINES} patterns with those before: split the file"
            ));
        }
        for pattern in patterns {
            let plain = !pattern.starts_with('!') && !pattern.contains(['*', '?']);
            if plain && self.named.insert(pattern.clone()) {
                self.hosts.push((place, pattern.clone()));
            }
        }
        if self.hosts.len() > MAX_HOSTS {
            return Err(format!(
                "names more than {MAX_HOSTS} hosts with those before: split the file"
            ));
        }
        Ok(())
    }
}
