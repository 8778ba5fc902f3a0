//! The forms in which a command may print a secret.
//!
//! Takes: a secret. Gives: the texts to search for: the secret itself; its form in JSON, in shell quotes, in Rust's
//! quotes, in a URL, in base64, alone or within a longer text; and each line of a secret with several lines. Does not
//! cover: forms that somebody makes on purpose (hexadecimal, compressed, reversed, wrapped base64), HTML entities, and
//! a secret that is too short to be searched for.

use zeroize::Zeroizing;

use super::clean::{clean, decode};
use super::end_of_stream::EndOfStream;
use super::needle::Needle;
use crate::secret::Secret;

/// A shorter secret is not searched for: if every `a` were replaced, the output would tell the secret.
const SHORTEST_SECRET: usize = 4;
/// A shorter line of a secret is not searched for: it may be a plain word.
const SHORTEST_LINE: usize = 8;
/// How many lines of a secret are searched for by themselves. Each costs a pass over the output, and the secret of a
/// login has one line.
const MAX_LINES: usize = 100;
/// A shorter piece of base64 is not searched for: it may be part of any text.
const SHORTEST_BASE64: usize = 6;
/// What stays as it is in a URL, beside letters and digits: by RFC 3986 and curl, in a path of Python's, in a form of
/// JavaScript's, in what JavaScript's `encodeURIComponent` and `encodeURI` write, in a password of Go's, in one of RFC 3986.
const KEPT_IN_URLS: [&str; 7] = [
    "-._~",
    "-._~/",
    "-._*",
    "-._~!'()*",
    "-._~!'()*;,/?:@&=+$#",
    "-._~$&+,;=",
    "-._~!$&'()*+,;=:",
];
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The texts to search for.
pub(super) fn needles(secret: &Secret) -> Vec<Needle> {
    let whole = secret.expose().trim();
    if whole.len() < SHORTEST_SECRET {
        return Vec::new();
    }
    let lines = whole.lines().map(str::trim);
    let lines = lines.filter(|line| line.len() >= SHORTEST_LINE);
    let texts = [printed(whole)]
        .into_iter()
        .chain(encoded(whole))
        .chain(lines.take(MAX_LINES).map(printed));
    let mut needles: Vec<Needle> = Vec::new();
    for text in texts {
        let is_new = needles.iter().all(|needle| needle.text() != text.as_str());
        if is_new && text.len() >= SHORTEST_SECRET {
            needles.extend(Needle::new(text));
        }
    }
    needles
}

/// The secret without the characters that [`super::clean`] takes out of the output.
fn printed(secret: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(decode(secret.as_bytes(), &mut [], EndOfStream::Final));
    Zeroizing::new(clean(&text, &mut []))
}

fn encoded(secret: &str) -> Vec<Zeroizing<String>> {
    let not_ascii = |character: char| !character.is_ascii();
    let mut forms = vec![
        json(secret, HexCase::Lower, |_| false),
        // Python and Ruby escape all but ASCII, Jackson in capitals; Go escapes signs of HTML.
        json(secret, HexCase::Lower, not_ascii),
        json(secret, HexCase::Upper, not_ascii),
        json(secret, HexCase::Lower, |character| {
            "<>&".contains(character)
        }),
        // .NET escapes more signs, and quotes by their numbers.
        json(secret, HexCase::Upper, |character| {
            !character.is_ascii() || "<>&'\"+`\u{7f}".contains(character)
        }),
        // PHP escapes the slash, too.
        slashed(&json(secret, HexCase::Lower, |_| false)),
        slashed(&json(secret, HexCase::Lower, not_ascii)),
        // A quote within single quotes: as most programs write it, and as Python does.
        quoted(secret, "'\\''"),
        quoted(secret, "'\"'\"'"),
        backslashed(secret),
        // As Rust writes what it quotes: so this program tells of paths.
        rewritten(secret, |character, text| match character {
            '\'' => text.push(character),
            _ => text.extend(character.escape_debug()),
        }),
        rewritten(secret, |character, text| {
            text.extend(character.escape_debug());
        }),
    ];
    // A form that is sent has `+` for a blank. .NET writes small letters.
    for blank in ["%20", "+"] {
        for hex in [HexCase::Upper, HexCase::Lower] {
            forms.extend(KEPT_IN_URLS.map(|kept| percent(secret, kept, blank, hex)));
        }
    }
    for shift in 0..3 {
        let text = base64(secret.as_bytes(), shift);
        if text.len() >= SHORTEST_BASE64 {
            forms.push(url_safe(&text));
            forms.push(text);
        }
    }
    forms
}

/// The secret with each character written by `write`. The memory is taken at once, since growth would leave a copy
/// behind: no form has more than six bytes for a byte.
fn rewritten(secret: &str, write: impl Fn(char, &mut String)) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(secret.len() * 6));
    for character in secret.chars() {
        write(character, &mut text);
    }
    text
}

/// The letters among the digits of an escape.
#[derive(Clone, Copy)]
enum HexCase {
    Lower,
    Upper,
}

/// As in a JSON string (RFC 8259, section 7), with `\u` for the characters that need it and for `more`.
fn json(secret: &str, hex: HexCase, more: impl Fn(char) -> bool) -> Zeroizing<String> {
    rewritten(secret, |character, text| match character {
        _ if character < ' ' && !"\n\r\t".contains(character) || more(character) => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str(&match hex {
                    HexCase::Lower => format!("\\u{unit:04x}"),
                    HexCase::Upper => format!("\\u{unit:04X}"),
                });
            }
        }
        '"' | '\\' => text.extend(['\\', character]),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        _ => text.push(character),
    })
}

/// With a backslash before each slash.
fn slashed(json: &str) -> Zeroizing<String> {
    rewritten(json, |character, text| match character {
        '/' => text.push_str("\\/"),
        _ => text.push(character),
    })
}

/// The secret with `quote` in place of each single quote.
fn quoted(secret: &str, quote: &str) -> Zeroizing<String> {
    rewritten(secret, |character, text| match character {
        '\'' => text.push_str(quote),
        _ => text.push(character),
    })
}

/// As bash's `printf %q` writes it.
fn backslashed(secret: &str) -> Zeroizing<String> {
    rewritten(secret, |character, text| {
        let is_plain = character.is_ascii_alphanumeric() || "_-./:=+%@".contains(character);
        if character.is_ascii() && !is_plain {
            text.push('\\');
        }
        text.push(character);
    })
}

/// As in a URL: percent-encoded, but for letters, digits and the `kept` characters; a `blank` is as wanted.
fn percent(secret: &str, kept: &str, blank: &str, hex: HexCase) -> Zeroizing<String> {
    rewritten(secret, |character, text| {
        if character == ' ' {
            text.push_str(blank);
        } else if character.is_ascii_alphanumeric() || kept.contains(character) {
            text.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                text.push_str(&match hex {
                    HexCase::Lower => format!("%{byte:02x}"),
                    HexCase::Upper => format!("%{byte:02X}"),
                });
            }
        }
    })
}

/// The base64 with the alphabet for URLs (RFC 4648, section 5).
fn url_safe(base64: &str) -> Zeroizing<String> {
    rewritten(base64, |character, text| {
        text.push(match character {
            '+' => '-',
            '/' => '_',
            other => other,
        });
    })
}

/// The characters of base64 (RFC 4648) that only `bytes` determine, if the number of bytes before them is `shift` more
/// than a multiple of three.
fn base64(bytes: &[u8], shift: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    let first = (shift * 8).div_ceil(6);
    for character in first..(shift + bytes.len()) * 8 / 6 {
        let bit = character * 6 - shift * 8;
        let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
        let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1);
        let index = usize::from(pair >> (10 - bit % 8) & 0x3f);
        text.extend(BASE64.get(index).map(|byte| char::from(*byte)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::needles;
    use crate::secret::Secret;

    fn texts(secret: &str) -> Vec<String> {
        let needles = needles(&Secret::new(secret.to_owned()));
        needles.iter().map(|each| each.text().to_owned()).collect()
    }

    /// Each form as the named program writes it.
    #[test]
    fn the_forms_of_a_secret() {
        for (secret, form) in [
            ("  hunter2 \n", "hunter2"),
            (r#"a"b\c"#, r#"a\"b\\c"#),
            ("p\u{e9}\u{1f600}z", r"p\u00e9\ud83d\ude00z"), // python: json.dumps
            ("a<b>&c", r"a\u003cb\u003e\u0026c"),           // go: json.Marshal
            ("it's me", r"it'\''s me"),
            ("it's me", r#"it'"'"'s me"#), // python: shlex.quote
            ("it's $me", r"it\'s\ \$me"),  // bash: printf %q
            ("p@ss w\u{f6}rd", "p%40ss%20w%C3%B6rd"),
            ("p@ss w/d!$", "p%40ss%20w/d%21%24"), // python: urllib.parse.quote
            ("p@ss w/d!$", "p%40ss+w%2Fd%21%24"), // python: urllib.parse.quote_plus
            ("p@ss w/d!$", "p%40ss%20w%2Fd!%24"), // javascript: encodeURIComponent
            ("p@ss w/d*~", "p%40ss+w%2Fd*%7E"),   // javascript: URLSearchParams
            ("p@ss w/d!$", "p@ss%20w/d!$"),       // javascript: encodeURI
            ("p@ss w/d!$", "p%40ss%20w%2Fd%21$"), // go: url.UserPassword
            ("p@ss w/d!$", "p%40ss%20w%2Fd!$"),   // RFC 3986: userinfo
            ("p@ss w/d!$", r"p@ss w\/d!$"),       // php: json_encode
            ("p/\u{e9}", r"p\/\u00e9"),           // php: json_encode
            ("p@ss \u{e9}/", "p%40ss+%c3%a9%2f"), // .net: HttpUtility.UrlEncode
            ("p\u{ea}ss", r"p\u00EAss"),          // java: Jackson with ESCAPE_NON_ASCII
            ("p'\"+\u{ea}<", r"p\u0027\u0022\u002B\u00EA\u003C"), // .net: System.Text.Json
            ("hunter2", "aHVudGVyM"),             // printf hunter2 | base64
            ("hunter2", "h1bnRlcj"),              // printf uhunter2 | base64: dWh1bnRlcjI=
            ("hunter2", "odW50ZXIy"),             // printf u:hunter2 | base64: dTpodW50ZXIy
            ("\u{ff}\u{ff}\u{ff}", "w7_Dv8O_"),
            ("first line\r\nxyz\n  second one\n", "first line"),
            ("first line\r\nxyz\n  second one\n", "second one"),
            ("first line\nsecond one", "first line\nsecond one"),
            ("first line\nsecond one", r"first line\nsecond one"),
            ("a\u{7}b\u{1b}[1mcd", "abcd"),
        ] {
            let texts = texts(secret);
            assert!(texts.iter().any(|text| text == form), "{form}: {texts:?}");
        }
    }

    #[test]
    fn what_may_be_anything_is_not_searched_for() {
        assert_eq!(texts("abc").len(), 0);
        assert_eq!(texts("     ").len(), 0);
        for (secret, form) in [("first line\nvwxyz\nend", "vwxyz"), ("abcd", "YWJjZ")] {
            assert!(!texts(secret).contains(&form.to_owned()), "{form}");
        }
        let many: String = (0..200).map(|n| format!("line {n:08}\n")).collect();
        assert!(texts(&many).len() < 120);
    }
}
