//! Random lines, biased towards what shells find special. Deterministic: a seed is a line.

/// A source of lines.
pub struct Generator {
    state: u64,
}

/// The commands of generated lines. What is defined for each is in `shells.rs`; one that
/// [`fails`] exits with 1.
pub const NAMES: [&str; 6] = ["up", "ls", "cat", "no", "nay", "nohup"];

/// Whether the command of this name reports failure.
pub fn fails(name: &str) -> bool {
    matches!(name, "no" | "nay")
}

const SEPARATORS: [&str; 12] = [
    " && ", "&&", " || ", "||", " ; ", ";", "\n", " \n\n ", ";\n", " && \n", " # x'y\n", "||\n#z\n",
];

const REDIRECTS: [&str; 12] = [
    " 2>&1",
    " 1>&2",
    " >&2",
    " >/dev/null",
    " 2>/dev/null",
    " >> /dev/null",
    " &>/dev/null",
    " </dev/null",
    ">/dev/null",
    " 2> /dev/null",
    " 1>>/dev/null",
    "</dev/null",
];

/// Single characters and runs that some shell treats in its own way, and a few that none does;
/// the later ones hold the bytes that dash (0x81..0x88) and zsh (0x83..0xa2) use inside.
const FRAGMENTS: [&str; 84] = [
    "a",
    "b.c",
    "-n",
    "/etc/x",
    "x=y",
    "1",
    "22",
    "-",
    "--",
    "=",
    "=ls",
    "+",
    "%1",
    "@",
    ":",
    ",",
    ".",
    "..",
    "a,b",
    "1..3",
    "$",
    "$x",
    "$(x)",
    "`x`",
    "${x}",
    "$((1))",
    "$'",
    "$\"",
    "$$",
    "!",
    "!!",
    "!x",
    "#",
    "#x",
    "~",
    "~x",
    "*",
    "?",
    "[",
    "]",
    "[a]",
    "[!a]",
    "{",
    "}",
    "{}",
    "{a,b}",
    "{1..3}",
    "(",
    ")",
    "<",
    ">",
    "&",
    "|",
    ";",
    "&&",
    ">x",
    "2>&1",
    "<(x)",
    " ",
    "  ",
    "\t",
    "\n",
    "'",
    "\"",
    "\\",
    "\\\\",
    "\\n",
    "\\'",
    "\\\"",
    "\\$",
    "^",
    "^x^",
    "if",
    "done",
    "é",
    "日本",
    "🙂",
    "\u{a0}",
    "\u{c1}",
    "\u{3000}",
    "\u{0143}",
    "\u{20ac}",
    "\u{e0a2}",
    "\u{1f483}",
];

/// How many of the fragments are tried without quotes: those that do not end a word.
const UNQUOTED: usize = 47;

/// Words with pathname patterns; `model.rs` knows the files.
const PATTERNS: [&str; 16] = [
    "a*",
    "b?log",
    "./*",
    "./*.log",
    "sub/*",
    "sub/?.log",
    "c[0-9].txt",
    "c[!0-9].txt",
    "'a b'*",
    "a\\ b*",
    "é*",
    "none*",
    "./'*'*",
    "s*/x*",
    "./.h*",
    "x=a*",
];

impl Generator {
    /// A source that gives the same lines for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A line, which the parser may or may not accept.
    pub fn line(&mut self) -> String {
        let mut line = self.pipeline();
        for _ in 0..self.below(4) {
            line.push_str(self.pick(&SEPARATORS));
            line.push_str(&self.pipeline());
        }
        if self.below(8) == 0 {
            line.push_str(self.pick(&[";", "\n", " # x", " ;\n", "\r\n"]));
        }
        if self.below(10) == 0 {
            self.disturb(&mut line);
        }
        line
    }

    /// A word of random characters in random quotes, which may mean anything to the parser.
    pub fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..=self.below(3) {
            word.push_str(&self.segment());
        }
        word
    }

    fn pipeline(&mut self) -> String {
        let mut pipeline = self.command();
        while self.below(9) == 0 {
            pipeline.push_str(self.pick(&["|", " | ", " |\n"]));
            pipeline.push_str(&self.command());
        }
        pipeline
    }

    fn command(&mut self) -> String {
        let mut command = self.name();
        for _ in 0..self.below(5) {
            command.push_str(self.pick(&[" ", " ", "  ", "\t"]));
            command.push_str(&match self.below(12) {
                0 => self.pick(&PATTERNS).to_owned(),
                _ => self.word(),
            });
        }
        while self.below(5) == 0 {
            command.push_str(self.pick(&REDIRECTS));
        }
        command
    }

    /// One of [`NAMES`], in one of its spellings.
    fn name(&mut self) -> String {
        let name = self.pick(&NAMES);
        let (head, tail) = name.split_at(1);
        match self.below(8) {
            0 => format!("'{name}'"),
            1 => format!("\"{name}\""),
            2 => format!("\\{name}"),
            3 => format!("{head}'{tail}'"),
            4 => format!("''{head}\"{tail}\""),
            _ => name.to_owned(),
        }
    }

    fn segment(&mut self) -> String {
        match self.below(6) {
            0 | 1 => format!("'{}'", self.fragments().replace('\'', "")),
            2 | 3 => format!("\"{}\"", escape(&self.fragments())),
            4 => format!("\\{}", self.pick(&FRAGMENTS)),
            _ => self.pick(&FRAGMENTS[..UNQUOTED]).to_owned(),
        }
    }

    fn fragments(&mut self) -> String {
        (0..self.below(4)).map(|_| self.pick(&FRAGMENTS)).collect()
    }

    /// Puts a fragment somewhere, or takes a character away.
    fn disturb(&mut self, line: &mut String) {
        let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
        let at = places[self.below(places.len())];
        match self.below(2) {
            0 => line.insert_str(at, self.pick(&FRAGMENTS)),
            _ => drop(line.remove(at)),
        }
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len())]
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Escapes what would end or expand in double quotes; a backslash already there stays, which
/// makes some of them escapes and some of them literal.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '"' | '`' | '$') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
