//! Whether what looks like a private key is one as programs write it, and nothing else.
//!
//! Takes: the text from the first words of a key to its last. Gives: whether it is the lines of one key. Refuses: a key
//! without an end, which would hide the rest of its file, and a line with anything but base64, in which a command could
//! hide.
//!
//! ```text
//! key    := opening line* closing | (base64 | blank)+
//! line   := base64* | "Proc-Type: 4,ENCRYPTED" | "DEK-Info: " (base64 | "," | "-")*
//! ```

/// The first and the last words of each form.
const FORMS: [(&str, &str); 3] = [
    ("-----BEGIN ", "-----END "),
    ("---- BEGIN ", "---- END "),
    ("Private-Lines: ", "Private-MAC: "),
];

/// Whether the text is the lines of one key. A line break may be spelled `\n`, as in JSON.
pub fn is_plain_key(text: &str) -> bool {
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if FORMS.iter().any(|(open, _)| text.contains(open)) {
        return match lines.as_slice() {
            [opening, body @ .., closing] => {
                opens(opening, closing) && body.iter().all(is_key_line)
            }
            [] | [_] => false,
        };
    }
    let is_encoded = |letter: char| is_base64(letter) || "-_".contains(letter);
    text.split_ascii_whitespace()
        .all(|word| word.chars().all(is_encoded))
}

fn opens(opening: &str, closing: &str) -> bool {
    let is_label = |text: &str| {
        text.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || " -".contains(letter))
    };
    FORMS.iter().any(|(open, close)| {
        let labels = opening.strip_prefix(open).zip(closing.strip_prefix(close));
        labels.is_some_and(|(first, last)| is_label(first) && is_label(last))
    })
}

fn is_key_line(line: &&str) -> bool {
    let is_cipher = |letter: char| is_base64(letter) || ",-".contains(letter);
    let header = line.strip_prefix("DEK-Info: ");
    *line == "Proc-Type: 4,ENCRYPTED"
        || line.chars().all(is_base64)
        || header.is_some_and(|cipher| cipher.chars().all(is_cipher))
}

fn is_base64(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+/=".contains(letter)
}
