//! An OpenSSH client configuration (ssh_config(5)), read for `init --from-ssh-config`.
//!
//! Takes the file's text; gives the settings that hold for each host it names, the first value of
//! each keyword first, as ssh takes them. Refuses what ssh refuses: a quote that is not closed, a
//! keyword without a value. `Match` blocks and `Include` are told, not followed.
//!
//! ```text
//! line  := blanks? ( "#" … | KEYWORD ( blanks | blanks? "=" blanks? ) value ( blanks value )* )?
//! value := ( "'" … "'" | '"' … '"' | "\" ( "'" | '"' | "\" | " " ) | any )+        "#" ends a line
//! ```

use crate::ssh::glob;

/// Hosts that are taken over, and blocks that are read: what an inventory is measured with. Each
/// host is compared with each block.
const MAX_HOSTS: usize = 10_000;
/// Lines that are read, and patterns: each host may be concerned by each of them.
const MAX_LINES: usize = 10 * MAX_HOSTS;

/// The keywords that an inventory has a place for.
const TAKEN: [&str; 10] = [
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
];

/// What a line says.
#[derive(Debug)]
pub struct Setting {
    /// 1-based.
    pub line: usize,
    keyword: &'static str,
    /// Its value, out of its quotes.
    pub value: String,
}

/// The lines that hold for some hosts.
#[derive(Debug)]
struct Block {
    patterns: Vec<String>,
    settings: Vec<Setting>,
}

/// A file that was read.
#[derive(Debug)]
pub struct SshConfig {
    blocks: Vec<Block>,
    /// The hosts it names, without patterns, in the order of the file.
    pub hosts: Vec<(usize, String)>,
    /// The lines that were not taken over, and why.
    pub passed_over: Vec<(usize, String)>,
}

/// Why a file is not read, and the line.
pub type LineAndReason = (usize, String);

impl SshConfig {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first line that ssh would refuse, too.
    pub fn parse(text: &str) -> Result<Self, LineAndReason> {
        let mut config = Self {
            blocks: vec![Block::of(vec!["*".to_owned()])],
            hosts: Vec::new(),
            passed_over: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            if index == MAX_LINES {
                return Err((
                    index,
                    format!("more than {MAX_LINES} lines: split the file"),
                ));
            }
            let Some((keyword, rest)) = keyword(line) else {
                continue;
            };
            config
                .line(index + 1, &keyword, rest)
                .map_err(|fault| (index + 1, fault))?;
        }
        Ok(config)
    }

    fn line(&mut self, line: usize, keyword: &str, rest: &str) -> Result<(), String> {
        let folded = keyword.to_ascii_lowercase();
        let shown = keyword.escape_debug();
        match folded.as_str() {
            "host" => {
                let patterns = values(rest)?;
                self.name_hosts(line, &patterns)?;
                self.blocks.push(Block::of(patterns));
            }
            "match" if rest.trim().eq_ignore_ascii_case("all") => {
                self.blocks.push(Block::of(vec!["*".to_owned()]));
            }
            "match" => {
                self.pass_over(line, "this `Match` block is not taken over");
                self.blocks.push(Block::of(Vec::new()));
            }
            "include" => self.pass_over(
                line,
                "`Include` is not followed: put the lines of that file here first, if they matter",
            ),
            other => {
                let Some(block) = self.blocks.last_mut() else {
                    return Ok(());
                };
                match TAKEN.iter().find(|taken| **taken == other) {
                    Some(keyword) => block.settings.push(Setting {
                        line,
                        keyword,
                        value: value(keyword, rest)
                            .map_err(|fault| format!("`{shown}` {fault}"))?,
                    }),
                    // A block that never holds is told once.
                    None if block.patterns.is_empty() => {}
                    None => self.pass_over(line, &format!("`{shown}` is not taken over")),
                }
            }
        }
        Ok(())
    }

    fn name_hosts(&mut self, line: usize, patterns: &[String]) -> Result<(), String> {
        if patterns.is_empty() {
            return Err("`Host` has no value".to_owned());
        }
        let patterns_before = self.blocks.iter().map(|block| block.patterns.len());
        if patterns_before.sum::<usize>() + patterns.len() > MAX_LINES {
            return Err(format!("more than {MAX_LINES} patterns: split the file"));
        }
        for pattern in patterns {
            let named = !pattern.starts_with('!') && !pattern.contains(['*', '?']);
            if named && !self.hosts.iter().any(|(_, host)| host == pattern) {
                self.hosts.push((line, pattern.clone()));
            }
            if self.hosts.len() > MAX_HOSTS || self.blocks.len() > MAX_HOSTS {
                return Err(format!("more than {MAX_HOSTS} hosts: split the file"));
            }
        }
        Ok(())
    }

    fn pass_over(&mut self, line: usize, why: &str) {
        self.passed_over.push((line, why.to_owned()));
    }

    /// The settings that hold for a host, in the order of the file.
    pub fn settings(&self, host: &str) -> Settings<'_> {
        let holds = |block: &&Block| block.holds(host);
        let blocks = self.blocks.iter().filter(holds);
        Settings(blocks.flat_map(|block| &block.settings).collect())
    }
}

/// What holds for one host.
#[derive(Debug)]
pub struct Settings<'c>(Vec<&'c Setting>);

impl<'c> Settings<'c> {
    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The first value of a keyword.
    pub fn first(&self, keyword: &str) -> Option<&'c Setting> {
        self.0.iter().find(|own| own.keyword == keyword).copied()
    }

    /// Every value of a keyword.
    pub fn all(&self, keyword: &'c str) -> impl Iterator<Item = &'c Setting> {
        let own = move |own: &&&Setting| own.keyword == keyword;
        self.0.iter().filter(own).copied()
    }

    /// The jump host, or the command that is used in its place: the first of them wins, but for a
    /// `ProxyJump none`, which leaves the command in force.
    pub fn proxy(&self) -> Option<(&'c Setting, Proxy)> {
        let command = self.first("proxycommand");
        let command = command.map(|setting| (setting, Proxy::Command));
        let first = match self.first("proxyjump") {
            Some(jump) if command.is_none_or(|(command, _)| jump.line < command.line) => {
                if jump.is_none() {
                    command
                } else {
                    Some((jump, Proxy::Jump))
                }
            }
            Some(_) | None => command,
        };
        first.filter(|(setting, _)| !setting.is_none())
    }
}

/// How a host is reached that is not reached directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// `ProxyJump`.
    Jump,
    /// `ProxyCommand`.
    Command,
}

impl Setting {
    /// Whether the value is the word that switches a setting off.
    pub fn is_none(&self) -> bool {
        self.value.eq_ignore_ascii_case("none")
    }
}

impl Block {
    fn of(patterns: Vec<String>) -> Self {
        Self {
            patterns,
            settings: Vec::new(),
        }
    }

    fn holds(&self, host: &str) -> bool {
        let hit = |pattern: &str| glob(pattern.as_bytes(), host.as_bytes());
        let refused = |pattern: &String| pattern.strip_prefix('!').is_some_and(hit);
        self.patterns.iter().any(|pattern| hit(pattern)) && !self.patterns.iter().any(refused)
    }
}

/// The keyword of a line and what follows it; nothing for a line without one.
fn keyword(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (keyword, rest) = match line.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some(quoted) => quoted,
        None => {
            let blank = |c: char| c.is_ascii_whitespace() || c == '=' || c == '"';
            line.split_at(line.find(blank).unwrap_or(line.len()))
        }
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    Some((keyword.to_owned(), rest))
}

/// The one value of a keyword; of a command, the whole line.
fn value(keyword: &str, rest: &str) -> Result<String, String> {
    let mut values = values(rest)?;
    match (keyword, values.len()) {
        (_, 0) => Err("has no value".to_owned()),
        ("proxycommand", _) => Ok(rest.to_owned()),
        (_, 1) => Ok(values.remove(0)),
        _ => Err("has more than one value".to_owned()),
    }
}

/// The values of a line, out of their quotes.
fn values(rest: &str) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    let mut characters = rest.chars().peekable();
    loop {
        while characters.next_if(char::is_ascii_whitespace).is_some() {}
        if matches!(characters.peek(), None | Some('#')) {
            return Ok(values);
        }
        let (mut value, mut quote) = (String::new(), None);
        while let Some(next) = characters.next_if(|c| quote.is_some() || !c.is_ascii_whitespace()) {
            match next {
                '\\' => {
                    let literal =
                        |c: &char| matches!(c, '\'' | '"' | '\\') || (quote.is_none() && *c == ' ');
                    value.push(characters.next_if(literal).unwrap_or('\\'));
                }
                '\'' | '"' if quote.is_none() => quote = Some(next),
                _ if quote == Some(next) => quote = None,
                _ => value.push(next),
            }
        }
        if quote.is_some() {
            return Err("a quote is not closed".to_owned());
        }
        values.push(value);
    }
}
