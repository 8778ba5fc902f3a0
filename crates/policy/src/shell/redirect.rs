//! Redirections, reduced to their effect.
//!
//! Takes a command's redirections in the order in which they were written; gives the shortest list with an
//! equal effect. Invariant: no file descriptor occurs twice in the list, because zsh (`multios`) would let
//! `2>&1 2>/dev/null` write to both places, where POSIX lets the last one win. One difference of zsh
//! stays: in `a >/dev/null | b` zsh alone gives the output to `b`, too.

/// A redirection of the accepted language. `&>/dev/null` is read as `>/dev/null 2>&1`, and `>>` as `>`,
/// since `/dev/null` keeps nothing.
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

/// The place to which an output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    Out,
    Err,
    Null,
}

/// The canonical list with an equal effect (XCU 2.7: a shell goes from left to right).
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

/// The list that sends the two outputs to `out` and `err`. A swap of the two would need a third descriptor,
/// so no line of the accepted language comes to one.
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
