//! Long lists in pages.
//!
//! Takes: the names of a list's items in their order, and the client's cursor. Gives: the items of the page, and the
//! cursor of the next page. Refuses: a cursor that is none of this list.
//!
//! ```text
//! cursor := place "-" name        place: of the page's first item; name: of the item before it,
//!                                 in hexadecimal, so that nobody takes the cursor for an alias
//! ```
//!
//! The name shows that the list has changed since the cursor was given; the client must then begin again.

use std::ops::Range;

use base16ct::lower::encode_string;
use serde_json::{Map, Value};

use crate::rpc::{Error, given, quoted};

/// How many items a page has: a page of hosts takes about four thousand tokens of an assistant's context.
pub(super) const PAGE_ITEMS: usize = 100;

/// One page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The places of the page's items in the list.
    pub items: Range<usize>,
    /// The cursor of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// The page of `cursor`; the first page without a cursor.
///
/// # Errors
/// What a client should do about a cursor that is none of this list.
pub(super) fn page(names: &[&str], cursor: Option<&str>) -> Result<Page, String> {
    let start = match cursor {
        None => 0,
        Some(cursor) => start_of(names, cursor).ok_or_else(|| stale(cursor))?,
    };
    let end = names.len().min(start + PAGE_ITEMS);
    let last = end.checked_sub(1).and_then(|last| names.get(last));
    let next = match last {
        Some(last) if end < names.len() => Some(cursor_after(end, last)),
        Some(_) | None => None,
    };
    Ok(Page {
        items: start..end,
        next,
    })
}

/// The page that a request's `params.cursor` asks for.
///
/// # Errors
/// -32602 for a cursor that is no string or none of this list.
pub(super) fn requested(names: &[&str], params: &Map<String, Value>) -> Result<Page, Error> {
    let cursor = match given(params, "cursor") {
        None => None,
        Some(Value::String(cursor)) => Some(cursor.as_str()),
        Some(_) => return Err(Error::invalid_params("`cursor` must be a string")),
    };
    page(names, cursor).map_err(Error::invalid_params)
}

/// Refuses any cursor, for a list that has only one page.
///
/// # Errors
/// -32602 for a cursor.
pub(super) fn refuse_cursor(method: &str, params: &Map<String, Value>) -> Result<(), Error> {
    if given(params, "cursor").is_some() {
        return Err(Error::invalid_params(format!(
            "`cursor` is not one of ours: `{method}` has a single page; leave it out"
        )));
    }
    Ok(())
}

/// The place where the page of a cursor begins, if the item before it has not changed.
fn start_of(names: &[&str], cursor: &str) -> Option<usize> {
    let (start, _) = cursor.split_once('-')?;
    let start: usize = start.parse().ok()?;
    let before = names.get(start.checked_sub(1)?)?;
    (start < names.len() && cursor_after(start, before) == cursor).then_some(start)
}

fn cursor_after(start: usize, name: &str) -> String {
    format!("{start}-{}", encode_string(name.as_bytes()))
}

fn stale(cursor: &str) -> String {
    format!(
        "the cursor {} is not one of this list; the hosts may have changed, so start again \
         without a cursor",
        quoted(cursor)
    )
}

#[cfg(test)]
mod tests {
    use super::{PAGE_ITEMS, page};

    #[test]
    fn pages_cover_every_item_once_in_order() {
        for count in [0, 1, PAGE_ITEMS, PAGE_ITEMS + 1, 10_000] {
            let owned: Vec<String> = (0..count).map(|n| format!("h{n}")).collect();
            let names: Vec<&str> = owned.iter().map(String::as_str).collect();
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let one = page(&names, cursor.as_deref()).unwrap();
                assert!(one.items.len() <= PAGE_ITEMS);
                seen.extend(one.items);
                cursor = one.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_strange_cursor_has_no_page() {
        let names = ["web", "db"];
        for cursor in [
            "",
            "web",
            "1",
            "1-",
            "-776562",
            "0-",
            "0-776562",
            "01-776562",
            "+1-776562",
            "2-776562",
            "2-6462",
            "3-6462",
            "1-776562 ",
            "1-77656",
            "18446744073709551616-776562",
        ] {
            assert!(page(&names, Some(cursor)).is_err(), "{cursor}");
        }
        let rest = page(&names, Some("1-776562")).unwrap();
        assert_eq!((rest.items, rest.next), (1..2, None));
    }
}
