//! The way to a host through others: `ProxyJump`, and a `ProxyCommand` that is nothing but a jump.
//!
//! Takes the value of one of them; gives the hosts on the way. Refuses a `ProxyJump` that ssh refuses; a command that
//! may be anything else is no way.
//!
//! ```text
//! ProxyJump    := hop ( "," hop )*      hop := ( USER "@" )? ( NAME | "[" NAME "]" ) ( ":" PORT? )?  |  "ssh://" hop "/"?
//! ProxyCommand := "exec"? ( "ssh" | "/usr/bin/ssh" ) ( "-q" | "-T" | "-x" | "-a" | "-l" USER | "-p" PORT | "-W" target | hop )+ "2>/dev/null"?
//! target       := "%h:%p" | "[%h]:%p"
//! ```

use super::numbers::port;

/// A host on the way, as ssh is told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JumpHop {
    pub name: String,
    pub user: Option<String>,
    pub port: Option<u16>,
}

/// The hops of a `ProxyJump`, the nearest first.
///
/// # Errors
/// That ssh refuses it.
pub fn hops(value: &str) -> Result<Vec<JumpHop>, &'static str> {
    let (way, _) = way_and_rest(value);
    let hops: Option<Vec<JumpHop>> = way.split(',').map(hop).collect();
    hops.ok_or("is no list of hosts that ssh takes")
}

/// The hops of a `ProxyJump` that ssh takes, unless ssh takes what is behind them for hops, too: it looks for the last
/// comma in a comment as well.
pub fn certain_hops(value: &str) -> Option<Vec<JumpHop>> {
    let (_, rest) = way_and_rest(value);
    let hops = hops(value).ok()?;
    (!rest.contains(',')).then_some(hops)
}

/// The way ends at a blank or a comment.
fn way_and_rest(value: &str) -> (&str, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '\x0b' | '#');
    value.split_at(value.find(ends).unwrap_or(value.len()))
}

fn hop(text: &str) -> Option<JumpHop> {
    let text = match text.strip_prefix("ssh://") {
        // An address in brackets is refused here, by ssh too.
        Some(rest) if rest.contains('[') => return None,
        Some(rest) => rest.strip_suffix('/').unwrap_or(rest),
        None => text,
    };
    let (user, place) = match text.rsplit_once('@') {
        Some((user, place)) => (
            Some(user)
                .filter(|user| !user.is_empty())?
                .to_owned()
                .into(),
            place,
        ),
        None => (None, text),
    };
    let (name, rest) = match place.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => place.split_at(place.find([':', '/']).unwrap_or(place.len())),
    };
    let port = match rest {
        "" | ":" => None,
        _ => Some(port(rest.strip_prefix(':')?)?),
    };
    let name = Some(name).filter(|name| !name.is_empty())?.to_owned();
    Some(JumpHop { name, user, port })
}

/// The hop of a `ProxyCommand` that is an ssh which connects to the host's own address and port.
pub fn command_hop(command: &str) -> Option<JumpHop> {
    let command = without_shell(command);
    let mut words = command
        .split([' ', '\t'])
        .filter(|word| !word.is_empty())
        .peekable();
    words.next_if_eq(&"exec");
    if !matches!(words.next(), Some("ssh" | "/usr/bin/ssh")) {
        return None;
    }
    let (mut target, mut place, mut user, mut port_given) = (None, None, None, None);
    while let Some(word) = words.next() {
        let Some(options) = word.strip_prefix('-') else {
            if place.replace(word).is_some() {
                return None;
            }
            continue;
        };
        let mut options = options.chars();
        let valued = options
            .by_ref()
            .find(|option| !matches!(option, 'q' | 'T' | 'x' | 'a'));
        let Some(option) = valued else {
            continue;
        };
        let value = Some(options.as_str()).filter(|rest| !rest.is_empty());
        let value = value.or_else(|| words.next())?;
        // Of two, ssh takes the first.
        match option {
            'W' => target.get_or_insert(value),
            'l' => user.get_or_insert(value),
            'p' => port_given.get_or_insert(value),
            _ => return None,
        };
    }
    if !matches!(target, Some("%h:%p" | "[%h]:%p")) {
        return None;
    }
    let mut hop = hop(place?)?;
    // What is in the destination is older than the options behind it, and younger than those before: both are no way.
    if hop.user.is_some() && user.is_some() || hop.port.is_some() && port_given.is_some() {
        return None;
    }
    hop.user = hop.user.or(user.map(str::to_owned));
    hop.port = match port_given {
        Some(given) => Some(port(given)?),
        None => hop.port,
    };
    Some(hop)
}

/// A command without what a shell takes off. Other signs of the shell end up in a name, where they are refused.
fn without_shell(command: &str) -> String {
    let silences = ["2>/dev/null", "2> /dev/null"];
    let mut silenced = silences
        .iter()
        .filter_map(|silence| command.strip_suffix(silence));
    let mut command = silenced.next().unwrap_or(command).to_owned();
    for target in ["%h:%p", "[%h]:%p"] {
        for quote in ['"', '\''] {
            command = command.replace(&format!("{quote}{target}{quote}"), target);
        }
    }
    command
}
