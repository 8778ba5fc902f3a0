//! An expression of `yq`. Two programs have this name: one in Go with a language of its own, and one in Python that
//! hands a filter to jq.
//!
//! Takes an expression, gives its flaws. Accepts what both programs read alike: a filter of jq by [`super::jq`],
//! without an escaped quote. A function that only one program has is harmless there, and the other refuses to run.
//! The names in [`FILES`] let the program in Go read files, the environment and other expressions: they are refused
//! everywhere, except as keys.

use super::flaw::{Flaw, UNKNOWN, flaw, has};
use super::jq::{self, is_word};

/// Harmless functions that only the program in Go has.
const FUNCTIONS: &str = "\
    alias all_c anchor any_c array_to_map column comments container di divide document_index downcase \
    error explode fi file_index filename filter fileIndex foot_comment footComment format_datetime from_csv \
    from_json from_props from_tsv from_unix from_xml from_yaml head_comment headComment ireduce is_key key kind \
    line line_comment lineComment match omit parent parents pivot shuffle sort_keys split_doc splitDoc style tag \
    to_csv to_json to_number to_props to_string to_tsv to_unix to_xml to_yaml tz upcase with with_dtf";

/// Functions that read files, the environment or other expressions.
const FILES: &str = "env envsubst eval evaluate load strenv system";

/// The flaws of an expression of `yq`.
pub fn scan(script: &str) -> Vec<Flaw> {
    let mut flaws = jq::scan_with(script, FUNCTIONS);
    flaws.extend(words(script).filter_map(|(start, word)| {
        let before = script.get(..start).unwrap_or_default();
        let key = before.ends_with('.') && !before.ends_with("..");
        let reads = has(FILES, word) || word.starts_with("load_") || word.starts_with("env_");
        (reads && !key).then(|| {
            flaw(
                start,
                start + word.len(),
                "may read a file or the environment",
            )
        })
    }));
    let escapes = script.match_indices('\\').filter(|(at, _)| {
        let next = script.as_bytes().get(at + 1);
        !next.is_some_and(|next| b"nt.(".contains(next))
    });
    flaws.extend(escapes.map(|(start, part)| flaw(start, start + part.len(), UNKNOWN)));
    flaws
}

fn words(script: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = script.as_bytes();
        at += bytes
            .iter()
            .skip(at)
            .take_while(|byte| !is_word(**byte))
            .count();
        let length = bytes
            .iter()
            .skip(at)
            .take_while(|byte| is_word(**byte))
            .count();
        let word = script
            .get(at..at + length)
            .filter(|word| !word.is_empty())?;
        at += length;
        Some((at - length, word))
    })
}
