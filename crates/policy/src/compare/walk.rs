//! The texts that several patterns take, or one takes and others do not.
//!
//! Takes tracks: of `all` every one must take the text, of `none` no one. Follows them at once, the shortest text first,
//! and gives up to `wanted` of them, each from another state. Gives up after [`MAX_STATES`], and when its steps are
//! used up: a step is one position of one track, and one character.

use std::collections::{HashSet, VecDeque};

use super::track::{Step, Track, TrackPositions};

/// States of one walk: a pair of patterns of 40 characters with three wildcards has fewer.
const MAX_STATES: usize = 1500;

/// Characters that are tried where a wildcard takes any: of each class that patterns tell apart.
const CLASSES: [char; 10] = ['x', '1', 'a', ' ', '/', '-', '.', 'A', '_', ':'];

/// Where every track is after some text.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Joint {
    /// One for each of `all`, then one for each of `none`.
    positions: Vec<TrackPositions>,
    /// The last character, so far as words are concerned: none follows a blank that ends the text.
    blank: bool,
}

/// A state, and how it was come to.
struct Visit {
    state: Joint,
    text: String,
}

/// The shortest texts that each of `all` takes and none of `none`. Takes what it needs of `steps`.
pub fn shortest(all: &[&Track], none: &[&Track], wanted: usize, steps: &mut usize) -> Vec<String> {
    walk(all, none, wanted, steps).texts
}

/// Whether `track` takes no text that none of `others` takes, as far as its characters tell: all states were visited.
pub fn is_covered(track: &Track, others: &[&Track], steps: &mut usize) -> bool {
    let walked = walk(&[track], others, 1, steps);
    walked.texts.is_empty() && walked.states < MAX_STATES && *steps > 0
}

/// What a walk came to.
struct Walk {
    texts: Vec<String>,
    states: usize,
}

fn walk(all: &[&Track], none: &[&Track], wanted: usize, steps: &mut usize) -> Walk {
    let tracks: Vec<&Track> = all.iter().chain(none).copied().collect();
    let start = Joint {
        positions: tracks.iter().map(|track| track.beginning()).collect(),
        blank: true,
    };
    let mut texts = Vec::new();
    let mut seen = HashSet::from([start.clone()]);
    let mut ahead = VecDeque::from([Visit {
        state: start,
        text: String::new(),
    }]);
    while let Some(visit) = ahead.pop_front() {
        if is_found(&visit.state, &tracks, all.len()) {
            texts.push(visit.text.clone());
            if texts.len() == wanted {
                break;
            }
        }
        let positions = visit.state.positions.iter().map(Vec::len).sum::<usize>();
        for character in characters(&visit.state, &tracks) {
            *steps = steps.saturating_sub(positions);
            if *steps == 0 {
                return Walk {
                    texts,
                    states: seen.len(),
                };
            }
            let Some(state) = visit.state.after(&tracks, all.len(), character) else {
                continue;
            };
            if seen.len() < MAX_STATES && seen.insert(state.clone()) {
                let mut text = visit.text.clone();
                text.push(character);
                ahead.push_back(Visit { state, text });
            }
        }
    }
    let states = seen.len();
    Walk { texts, states }
}

fn is_found(state: &Joint, tracks: &[&Track], all: usize) -> bool {
    let mut pairs = tracks.iter().zip(&state.positions).enumerate();
    !state.blank
        && pairs.all(|(index, (track, positions))| track.accepts(positions) == (index < all))
}

impl Joint {
    /// After one more character; nothing where no text of the kind can follow.
    fn after(&self, tracks: &[&Track], all: usize, character: char) -> Option<Self> {
        if self.blank && character == ' ' {
            return None;
        }
        let pairs = tracks.iter().zip(&self.positions);
        let positions: Vec<TrackPositions> = pairs
            .map(|(track, positions)| track.after(positions, character))
            .collect();
        let mut needed = positions.iter().take(all);
        let goes_on = needed.all(|positions| !positions.is_empty());
        let blank = character == ' ';
        goes_on.then_some(Self { positions, blank })
    }
}

/// The characters that are worth trying next: those that some track spells, and one of each class.
fn characters(state: &Joint, tracks: &[&Track]) -> Vec<char> {
    let pairs = tracks.iter().zip(&state.positions);
    let steps = pairs.map(|(track, positions)| track.next_steps(positions).collect());
    let steps: Vec<Vec<&Step>> = steps.collect();
    let mut characters = CLASSES.to_vec();
    for step in steps.iter().flatten() {
        match step {
            Step::Literal(character) => characters.push(*character),
            Step::Set(set, _) => characters.extend(set.edges()),
            Step::One(_) | Step::Run(_) | Step::NameEnd => {}
        }
    }
    let mut kept: Vec<char> = Vec::new();
    for character in characters {
        let mut own = steps.iter().take(1).flatten();
        if !kept.contains(&character) && own.any(|step| step.admits(character)) {
            kept.push(character);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Track;
    use crate::compare::track::NameEnds;
    use crate::matching::argv::ArgvPattern;
    use crate::matching::glob::Glob;

    /// Steps for a walk of this size.
    const STEPS: usize = 100_000;

    fn shortest(all: &[&Track], none: &[&Track], wanted: usize) -> Vec<String> {
        super::shortest(all, none, wanted, &mut { STEPS })
    }

    fn track(pattern: &str) -> Track {
        Track::of_glob(&Glob::new(pattern), NameEnds::Kept)
    }

    #[test]
    fn what_one_pattern_takes_and_another_does_not() {
        for (of, without, expected) in [
            ("df", "df", None),
            ("df", "df -h", Some("df")),
            ("df*", "df -h*", Some("df")),
            ("df -h*", "df*", None),
            ("id*", "id *", Some("id")),
            ("id *", "id*", None),
            ("cat /var/*", "cat /var/log/*", Some("cat /var/")),
            ("cat /var/log/*", "cat /var/*", None),
            ("tail -n [0-9] x", "tail -n [0-8] x", Some("tail -n 9 x")),
            ("tail -n [a-d]", "tail -n [!d]", Some("tail -n d")),
            ("ls [*]", "ls *", None),
            ("ls *", "ls ?", Some("ls xx")),
            (
                "systemctl status *",
                "systemctl status nginx*",
                Some("systemctl status x"),
            ),
            ("systemctl status *", "systemctl * *", None),
            ("*", "uptime*", Some("x")),
        ] {
            let found = shortest(&[&track(of)], &[&track(without)], 1);
            assert_eq!(
                found.first().map(String::as_str),
                expected,
                "{of} without {without}"
            );
        }
    }

    #[test]
    fn what_two_patterns_take() {
        for (one, other, expected) in [
            ("cat /var/log/*", "*auth*", Some("cat /var/log/auth")),
            ("cat /var/log/*", "*/log/auth*", Some("cat /var/log/auth")),
            ("cat /var/log/*", "rm *", None),
            ("journalctl -u *", "*ssh", Some("journalctl -u ssh")),
            (
                "systemctl re[a-z]*",
                "systemctl restart ng*",
                Some("systemctl restart ng"),
            ),
            ("id*", "idmap*", None),
            ("echo *", "echo 'a b'*", Some("echo a\u{2}b")),
        ] {
            let other = Track::of_glob(&Glob::new(other), NameEnds::Ignored);
            let found = shortest(&[&track(one), &other], &[], 1);
            assert_eq!(found.first().map(String::as_str), expected, "{one}");
        }
    }

    #[test]
    fn words_have_no_blanks() {
        let argv = |items: &[&str]| Track::of_argv(&ArgvPattern::new(items).unwrap());
        let shallow = argv(&["cat", "/var/*"]);
        assert_eq!(
            shortest(&[&argv(&["cat", "/var/**"])], &[&shallow], 1),
            ["cat /var//"]
        );
        assert!(shortest(&[&shallow], &[&argv(&["cat", "/var/**"])], 1).is_empty());
        let further = argv(&["cat", "/var/*", "**"]);
        assert_eq!(shortest(&[&further], &[&shallow], 1), ["cat /var/ x"]);
        assert!(shortest(&[&shallow], &[&further], 1).is_empty());
        assert_eq!(
            shortest(&[&argv(&["echo", "", "a b"])], &[], 1),
            ["echo \u{3} a\u{2}b"]
        );
    }
}
