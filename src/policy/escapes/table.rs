//! The notation of the tables.
//!
//! A row is a program's file name, the options that matter for reading its words, and its doors:
//! a list of what opens one, each list with its reason. Options and doors are separated by blanks.
//!
//! ```text
//! options   -x  --name  -name     a flag                 -x:  --name:  -name:   takes a value
//!           -x::                  takes a value only when it is attached
//!           ^-x:                  takes a value only before the first operand, as for git
//!           +                     the first word is a cluster without its dash, as for tar
//! doors     -x                    the option, in a cluster or with its value attached too
//!           --name                with `=value` or abbreviated too
//!           -name                 one dash and the whole name; `-name~` may be abbreviated;
//!                                 any long name with one dash or two
//!           ^-x  ^**              the same, but only before the first operand
//!           word  word/word       the first operands begin with these words, in lower or upper
//!                                 case; `word~` may be abbreviated,
//!                                 and `*` after or before a `/` is any
//!           *  *1  *2             any operand; the first; the second or a later one
//!           !+                    an operand that does not begin with `+`
//!           **                    any argument but `--help`, `--version`, `-V` and the row's flags
//!           key=  =  /            an operand that begins so; with `=` in it; that begins with `/`
//!           :                     any argument with `:` and no `/` before it: `host:file`
//!           ~text                 any argument that contains the text, in lower or upper case;
//!                                 `~;` a newline, too
//!           DOOR!DOOR             the first, unless the second is open: `-i!-q`
//!           <awk>  <sed>  <url>   a script or URL that is not known to be harmless
//! ```
//!
//! An option that the row does not have may take a value or not: the word after it is taken for
//! an operand, and the next one too. An option that systems read in different ways is left out.

/// What is known of one program.
#[derive(Debug)]
pub struct Binary {
    /// Its file name.
    pub name: &'static str,
    /// The options that matter for reading its words.
    pub options: &'static str,
    /// What opens doors, and the reason.
    pub doors: Doors,
    versions: Versions,
}

/// Lists of what opens a door, each with its reason.
pub type Doors = &'static [(&'static str, &'static str)];

/// Whether a version may follow the name, as in `python3.11` or `vim.tiny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    Follow,
    None,
}

impl Binary {
    /// Whether a version may follow its name.
    pub fn has_versions(&self) -> bool {
        self.versions == Versions::Follow
    }
}

/// A program with one name.
pub const fn row(name: &'static str, options: &'static str, doors: Doors) -> Binary {
    Binary {
        name,
        options,
        doors,
        versions: Versions::None,
    }
}

/// A program whose name may have a version.
pub const fn versioned(name: &'static str, options: &'static str, doors: Doors) -> Binary {
    Binary {
        name,
        options,
        doors,
        versions: Versions::Follow,
    }
}
