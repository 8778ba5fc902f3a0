//! The hosts that a name with ranges stands for: `web[01:50].example.com`.
//!
//! Takes a name as an inventory writes it; gives the names and the port behind them. Refuses what Ansible refuses, and
//! more hosts than an inventory has. What is no address with a port is a name as a whole, for Ansible too.
//!
//! ```text
//! pattern := address ( ":" PORT )? | "[" address "]" ":" PORT
//! range   := "[" ( DIGITS? ":" DIGITS | LETTER ":" LETTER ) ( ":" STEP )? "]"      a leading 0 is the width
//! ```

use std::net::Ipv6Addr;

use crate::cli::ssh_config::MAX_HOSTS;

/// The letters of a range, in their order.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Characters of a name with ranges: more is no name.
const MAX_PATTERN: usize = 1_000;

/// The names, and the port if there is one.
///
/// # Errors
/// What is wrong with the pattern, without quoting it.
pub fn hosts(pattern: &str) -> Result<(Vec<String>, Option<String>), String> {
    if pattern.len() > MAX_PATTERN {
        return Err(format!("a host's name is longer than {MAX_PATTERN} bytes"));
    }
    let (address, port) = with_port(pattern);
    if port.is_none() && pattern.trim().ends_with(':') {
        return Err("a host's name ends with `:`: write the port behind it".to_owned());
    }
    let mut names = vec![address.to_owned()];
    while names.iter().any(|name| name.contains('[')) {
        let mut expanded = Vec::new();
        for name in &names {
            expanded.extend(one_range(name)?);
            if expanded.len() > MAX_HOSTS {
                return Err(too_many());
            }
        }
        names = expanded;
    }
    Ok((names, port.map(str::to_owned)))
}

/// That there are more hosts than an inventory has.
pub fn too_many() -> String {
    format!("more than {MAX_HOSTS} hosts: split the inventory, or `--limit` it")
}

fn with_port(pattern: &str) -> (&str, Option<&str>) {
    let (mut address, mut port) = (pattern, None);
    let bracketed = pattern.strip_prefix('[').and_then(port_of);
    if let Some((inner, behind)) = bracketed
        && let Some(inner) = inner.strip_suffix(']').filter(|inner| !inner.is_empty())
    {
        (address, port) = (inner, Some(behind));
    }
    if let Some((before, behind)) = port_of(address)
        && is_outside_brackets(before)
    {
        (address, port) = (before, Some(behind));
    }
    match port {
        Some(_) if is_address(address) => (address, port),
        Some(_) | None => (pattern, None),
    }
}

fn port_of(text: &str) -> Option<(&str, &str)> {
    let (before, port) = text.rsplit_once(':')?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some((before, port))
}

/// Whether each bracket is closed, and no colon stands outside of them.
fn is_outside_brackets(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['[', ']', ':']) {
        let Some(inner) = rest.get(at..).and_then(|tail| tail.strip_prefix('[')) else {
            return false;
        };
        let Some((_, tail)) = inner.split_once(']') else {
            return false;
        };
        rest = tail;
    }
    true
}

/// Whether Ansible takes this for an address or a host's name, whose ranges are whole.
fn is_address(text: &str) -> bool {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('[') {
        let Some((range, tail)) = tail.split_once(']') else {
            return false;
        };
        if !is_range(range) {
            return false;
        }
        plain.push_str(before);
        plain.push('1');
        rest = tail;
    }
    plain.push_str(rest);
    let is_label = |label: &str| {
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = |c: char| c.is_alphanumeric();
        label.chars().all(inner)
            && label.starts_with(|c| end(c) || c == '_')
            && label.ends_with(end)
    };
    plain.split('.').all(is_label) || plain.parse::<Ipv6Addr>().is_ok()
}

fn is_range(range: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letter = |text: &str| matches!(text.as_bytes(), [byte] if byte.is_ascii_alphabetic());
    let mut parts = range.split(':');
    let (Some(from), Some(to)) = (parts.next(), parts.next()) else {
        return false;
    };
    let bounds = hex(from) && hex(to) || letter(from) && letter(to);
    bounds && parts.next().is_none_or(digits) && parts.next().is_none()
}

/// The names of the first range in a name.
fn one_range(name: &str) -> Result<Vec<String>, String> {
    let (Some((head, tail)), false) = (name.split_once('['), name.contains('|')) else {
        return match name.contains('|') {
            true => Err("a range in a host's name with `|`".to_owned()),
            false => Ok(vec![name.to_owned()]),
        };
    };
    let ranged = tail.split_once(']').filter(|_| !head.contains(']'));
    let (range, tail) = ranged.ok_or("a host's name has a `[` without its `]`")?;
    let wrong = "a range in a host's name must be `[FROM:TO]` or `[FROM:TO:STEP]`";
    let parts: Vec<&str> = range.split(':').collect();
    let (from, to, step) = match *parts.as_slice() {
        [from, to] => (from, to, "1"),
        [from, to, step] => (from, to, step),
        _ => return Err(wrong.to_owned()),
    };
    let from = if from.is_empty() { "0" } else { from };
    let step = number(step).filter(|step| *step > 0).ok_or(wrong)?;
    let named = |value: &str| format!("{head}{value}{tail}");
    let letter = |text: &str| LETTERS.find(text).filter(|_| text.len() == 1);
    if let (Some(from), Some(to)) = (letter(from), letter(to)) {
        let letters = LETTERS.get(from..=to);
        let letters = letters.ok_or("a range in a host's name ends before it begins")?;
        let letters = letters.chars().step_by(step);
        return Ok(letters.map(|letter| named(&letter.to_string())).collect());
    }
    let width = if from.starts_with('0') && from.len() > 1 {
        from.len()
    } else {
        0
    };
    if width > 0 && width != to.len() {
        let why = "the ends of a range in a host's name must be equally long, since the first one begins with 0";
        return Err(why.to_owned());
    }
    let (from, to) = (number(from).ok_or(wrong)?, number(to).ok_or(wrong)?);
    let numbers = (from..=to).step_by(step);
    if numbers.size_hint().0 > MAX_HOSTS {
        return Err(too_many());
    }
    Ok(numbers
        .map(|number| named(&format!("{number:0width$}")))
        .collect())
}

fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::hosts;

    #[test]
    fn ranges_are_what_ansible_makes_of_them() {
        for (pattern, expected, port) in [
            ("web[01:03].x", "web01.x web02.x web03.x", None),
            ("db-[a:c]", "db-a db-b db-c", None),
            ("[1:9:4]", "1 5 9", None),
            ("a[1:2]b[8:10]", "a1b8 a1b9 a1b10 a2b8 a2b9 a2b10", None),
            ("h[:2]", "h0 h1 h2", None),
            ("h[y:B]", "hy hz hA hB", None),
            ("h[5:3]", "", None),
            ("web[1:2]:2222", "web1 web2", Some("2222")),
            ("10.0.0.[1:2]:22", "10.0.0.1 10.0.0.2", Some("22")),
            ("[2001:db8::1]:22", "2001:db8::1", Some("22")),
            ("2001:db8::1", "2001:db8::1", None),
            ("a-:22", "a-:22", None),
        ] {
            let names = expected.split_whitespace().map(str::to_owned).collect();
            let port = port.map(str::to_owned);
            assert_eq!(hosts(pattern), Ok((names, port)), "{pattern}");
        }
        for (pattern, why) in [
            ("h[1:99999999]", "more than 10000 hosts"),
            ("h[1:999][1:999]", "more than 10000 hosts"),
            ("h[01:100]", "equally long"),
            ("h[1]", "must be `[FROM:TO]`"),
            ("h[1:3", "without its `]`"),
            ("h[a:3]", "must be"),
            ("h[1:3:0]", "must be"),
            ("h[f:a]", "ends before it begins"),
            ("h:", "ends with `:`"),
        ] {
            let told = hosts(pattern).unwrap_err();
            assert!(told.contains(why), "{pattern}: {told}");
        }
    }
}
