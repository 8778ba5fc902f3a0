//! Redirections, reduced to what they come to.
//!
//! Takes a command's redirections in the order in which they were written, gives the shortest
//! list of the same effect, in which no file descriptor occurs twice: zsh (`multios`) would
//! let `2>&1 2>/dev/null` write to both places, where POSIX lets the last one win. What it
//! does with `a >/dev/null | b` stays: in zsh alone `b` is given the output too.

/// A redirection of the accepted language. `&>/dev/null` is `>/dev/null 2>&1`, and `>>` is
/// `>`, for `/dev/null` keeps nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// `2>&1`
    ErrToOut,
    /// `>&2`
    OutToErr,
    /// `>/dev/null`
    OutToNull,
    /// `2>/dev/null`
    ErrToNull,
    /// `</dev/null`
    InFromNull,
}

impl Redirect {
    pub(super) fn spelling(self) -> &'static str {
        match self {
            Self::ErrToOut => "2>&1",
            Self::OutToErr => ">&2",
            Self::OutToNull => ">/dev/null",
            Self::ErrToNull => "2>/dev/null",
            Self::InFromNull => "</dev/null",
        }
    }
}

/// Where an output leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    Out,
    Err,
    Null,
}

/// The canonical list of the same effect (XCU 2.7: from left to right).
pub(super) fn canonical(written: &[Redirect]) -> Vec<Redirect> {
    let (mut out, mut err) = (Sink::Out, Sink::Err);
    for redirect in written {
        match redirect {
            Redirect::ErrToOut => err = out,
            Redirect::OutToErr => out = err,
            Redirect::OutToNull => out = Sink::Null,
            Redirect::ErrToNull => err = Sink::Null,
            Redirect::InFromNull => {}
        }
    }
    let mut redirects = outputs(out, err).to_vec();
    if written.contains(&Redirect::InFromNull) {
        redirects.push(Redirect::InFromNull);
    }
    redirects
}

/// Output to `Err` with errors to `Out` cannot be written without a third descriptor.
fn outputs(out: Sink, err: Sink) -> &'static [Redirect] {
    match (out, err) {
        (Sink::Out, Sink::Err) => &[],
        (Sink::Out, Sink::Out) => &[Redirect::ErrToOut],
        (Sink::Out, Sink::Null) => &[Redirect::ErrToNull],
        (Sink::Err, Sink::Err | Sink::Out) => &[Redirect::OutToErr],
        (Sink::Err, Sink::Null) => &[Redirect::OutToErr, Redirect::ErrToNull],
        (Sink::Null, Sink::Err) => &[Redirect::OutToNull],
        (Sink::Null, Sink::Out) => &[Redirect::ErrToOut, Redirect::OutToNull],
        (Sink::Null, Sink::Null) => &[Redirect::OutToNull, Redirect::ErrToOut],
    }
}
