//! Characters that nobody sees.
//!
//! Takes: a character. Gives: whether it is drawn at all. Refuses nothing: what stands in its place is the caller's to say.

/// Whether a character is not drawn: a control character, one that only changes how others are drawn or in which order
/// (Unicode's Default_Ignorable_Code_Point and general category Cf), or a letter that is drawn as nothing. A blank of
/// any width is none of them.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // The soft hyphen, what joins letters, the fillers of Hangul, the vowels of Khmer that are implied.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
            // Signs of Arabic and Syriac that enclose what follows them.
            | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
            // Choosers of a variant, which can carry any text unseen.
            | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}'
            // No width, the direction of letters, the ends of lines and paragraphs, what is obsolete.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            // The pattern of Braille without a dot, and notes between lines.
            | '\u{2800}' | '\u{fff0}'..='\u{fffb}'
            // Joiners of Kaithi, hieroglyphs, shorthand and musical notes.
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            // Tags, which spell a text that nobody sees, and more choosers.
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::is_unseen;

    #[test]
    fn what_is_not_drawn_is_known_and_what_is_drawn_is_left_alone() {
        let unseen = [
            '\0',
            '\n',
            '\u{1b}',
            '\u{9b}',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{2063}',
            '\u{206a}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{3164}',
            '\u{2800}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{e0100}',
        ];
        for character in unseen {
            assert!(is_unseen(character), "{character:?}");
        }
        for character in [
            ' ',
            '~',
            '\u{a0}',
            '\u{e9}',
            '\u{5d0}',
            '\u{3000}',
            '\u{4e2d}',
            '\u{fffd}',
            '\u{1f600}',
        ] {
            assert!(!is_unseen(character), "{character:?}");
        }
    }
}
