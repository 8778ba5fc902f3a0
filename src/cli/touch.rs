//! The touch of a FIDO key, for whoever sits at the terminal.
//!
//! Takes how a run, or the copy of a file, gets on; gives a line on stderr when a login waits for a touch. Refuses nothing.

use std::rc::Rc;

use super::Terminal;
use super::meter::Meter;
use crate::gate::{Observer, Progress, touch_told};

/// Tells that a key waits for a touch, if it does.
pub fn tell_touch(progress: &Progress<'_>, terminal: &mut Terminal) {
    if let Progress::Connecting { alias, stage } = progress
        && let Some(told) = touch_told(alias, stage)
    {
        terminal.error(&format!("mcp-ssh: {told}"));
    }
}

/// Tells it beside a copy, whose line is taken away before.
pub fn beside_copy(meter: &Rc<Meter>) -> Rc<Observer<'static>> {
    let meter = Rc::clone(meter);
    Rc::new(move |progress: Progress<'_>| {
        if matches!(&progress, Progress::Connecting { stage, .. } if stage.awaits_touch()) {
            meter.end();
        }
        tell_touch(&progress, &mut Terminal::new());
    })
}
