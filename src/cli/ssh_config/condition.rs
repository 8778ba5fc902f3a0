//! For which hosts a block of an ssh_config holds: `Host` and `Match`.
//!
//! Takes the patterns or criteria of a line, then what ssh knows of a host at that line; gives whether the block
//! holds. Refuses criteria that OpenSSH 9.2 refuses. `exec` is never run: the answer is then that nobody knows.
//!
//! ```text
//! Match     := criterion+          the last may be "all", behind one other at most
//! criterion := "!"? ( "final" | "canonical" | ( "host" | "originalhost" | "user" | "localuser" ) list | "exec" command )
//! list      := "!"? pattern ( "," "!"? pattern )*          `*` any run, `?` any one byte
//! ```

use super::line::{values, word};
use super::tokens::expand;
use crate::ssh::glob;

/// A longer pattern matches nothing, in ssh too.
const MAX_PATTERN: usize = 1022;
const NOT_ALONE: &str = "combines `all` with something else";
/// The tokens that the command of `exec` may have.
const EXEC_TOKENS: &str = "CLdhiklnpru";

/// Whether a block holds. The order is that of "and": the least of two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    No,
    /// A program would say.
    Unknown,
    Yes,
}

/// What a block begins with.
#[derive(Debug)]
pub enum BlockCondition {
    Host(Vec<String>),
    /// Without a criterion it holds for all.
    Match(Vec<Criterion>),
}

/// One thing that `Match` asks for.
#[derive(Debug)]
pub struct Criterion {
    negated: bool,
    subject: CriterionSubject,
    /// Those of hosts in lower case.
    patterns: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CriterionSubject {
    All,
    /// It asks for the second pass, and holds there.
    Final,
    /// It holds in the second pass, and does not ask for it.
    Canonical,
    Host,
    OriginalHost,
    User,
    LocalUser,
    Exec,
}

/// What ssh knows of a host when it comes to a block.
#[derive(Debug)]
pub struct KnownSoFar<'k> {
    /// What `Host` is held against.
    pub host: String,
    /// What `Match host` is held against, in lower case.
    pub host_name: String,
    pub original: &'k str,
    pub user: &'k str,
    pub local_user: &'k str,
    pub second_pass: bool,
}

impl BlockCondition {
    /// Reads what follows `Host`.
    ///
    /// # Errors
    /// Why ssh refuses it.
    pub fn of_host(rest: &str) -> Result<Self, &'static str> {
        let patterns = values(rest)?;
        if patterns.iter().any(String::is_empty) {
            return Err("has an empty pattern");
        }
        Ok(Self::Host(patterns))
    }

    /// Reads what follows `Match`.
    ///
    /// # Errors
    /// Why ssh refuses it.
    pub fn of_match(rest: &str) -> Result<Self, &'static str> {
        values(rest)?;
        let mut criteria: Vec<Criterion> = Vec::new();
        let mut rest = Some(rest);
        while let Some(attribute) = next(&mut rest) {
            let negated = attribute.starts_with('!');
            let name = attribute.strip_prefix('!').unwrap_or(&attribute);
            let subject = subject(&name.to_ascii_lowercase())?;
            if subject == CriterionSubject::All && criteria.len() > 1 {
                return Err(NOT_ALONE);
            }
            let alone = matches!(
                subject,
                CriterionSubject::Final | CriterionSubject::Canonical
            );
            let argument = if alone { None } else { next(&mut rest) };
            if subject == CriterionSubject::All {
                if argument.is_some() {
                    return Err(NOT_ALONE);
                }
            } else if !alone && argument.is_none() {
                return Err("has a criterion without a value");
            }
            let mut patterns = argument.unwrap_or_default();
            if matches!(
                subject,
                CriterionSubject::Host | CriterionSubject::OriginalHost
            ) {
                patterns.make_ascii_lowercase();
            }
            let stands_for = |token| EXEC_TOKENS.contains(token).then_some("");
            if subject == CriterionSubject::Exec && expand(&patterns, stands_for).is_none() {
                return Err("has a token in its command that ssh does not know");
            }
            criteria.push(Criterion {
                negated,
                subject,
                patterns,
            });
            if subject == CriterionSubject::All {
                break;
            }
        }
        if criteria.is_empty() {
            return Err("has no criterion");
        }
        match rest {
            None | Some("") => Ok(Self::Match(criteria)),
            Some(_) => Err("has something behind its criteria"),
        }
    }

    /// Whether ssh reads the files a second time for it.
    pub fn wants_second_pass(&self) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Match(criteria) => criteria
                .iter()
                .any(|criterion| criterion.subject == CriterionSubject::Final),
        }
    }

    /// Whether the block holds.
    pub fn holds(&self, known: &KnownSoFar<'_>) -> Holding {
        match self {
            Self::Host(patterns) => {
                let hit = |pattern: &str| glob(pattern.as_bytes(), known.host.as_bytes());
                let refused = |pattern: &String| pattern.strip_prefix('!').is_some_and(hit);
                let named = patterns
                    .iter()
                    .any(|pattern| !pattern.starts_with('!') && hit(pattern));
                Holding::of(named && !patterns.iter().any(refused))
            }
            Self::Match(criteria) => {
                let each = criteria.iter().map(|criterion| criterion.holds(known));
                each.min().unwrap_or(Holding::Yes)
            }
        }
    }
}

fn subject(name: &str) -> Result<CriterionSubject, &'static str> {
    Ok(match name {
        "all" => CriterionSubject::All,
        "final" => CriterionSubject::Final,
        "canonical" => CriterionSubject::Canonical,
        "host" => CriterionSubject::Host,
        "originalhost" => CriterionSubject::OriginalHost,
        "user" => CriterionSubject::User,
        "localuser" => CriterionSubject::LocalUser,
        "exec" => CriterionSubject::Exec,
        _ => return Err("asks for something that OpenSSH 9.2 does not know"),
    })
}

/// The next word of the criteria; nothing at the end, where a comment begins, and for an empty word.
fn next(rest: &mut Option<&str>) -> Option<String> {
    let next = word(rest)?;
    if next.starts_with('#') {
        *rest = None;
        return None;
    }
    Some(next).filter(|next| !next.is_empty())
}

impl Criterion {
    fn holds(&self, known: &KnownSoFar<'_>) -> Holding {
        let list = |name: &str| matches_list(name, &self.patterns);
        let holds = match self.subject {
            CriterionSubject::Exec => return Holding::Unknown,
            CriterionSubject::All => true,
            CriterionSubject::Final | CriterionSubject::Canonical => known.second_pass,
            CriterionSubject::Host => list(&known.host_name),
            CriterionSubject::OriginalHost => list(&known.original.to_ascii_lowercase()),
            CriterionSubject::User => list(known.user),
            // Who asks is not known: ssh may say either.
            CriterionSubject::LocalUser if known.local_user.is_empty() => return Holding::Unknown,
            CriterionSubject::LocalUser => list(known.local_user),
        };
        Holding::of(holds != self.negated)
    }
}

impl Holding {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Whether a name is in a list of patterns: one that is negated decides.
pub fn matches_list(name: &str, list: &str) -> bool {
    let mut named = false;
    for pattern in list.split(',') {
        let (negated, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        if pattern.len() > MAX_PATTERN {
            return false;
        }
        if glob(pattern.as_bytes(), name.as_bytes()) {
            if negated {
                return false;
            }
            named = true;
        }
    }
    named
}
