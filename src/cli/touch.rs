//! The touch of a FIDO key, for whoever sits at the terminal.
//!
//! Takes how a run gets on; gives a line on stderr when a login waits for a touch. Refuses nothing.

use super::Terminal;
use crate::gate::{Progress, touch_wanted};

/// Tells that a key waits for a touch, if it does.
pub fn tell_touch(progress: &Progress<'_>, terminal: &mut Terminal) {
    if let Progress::Connecting { alias, stage } = progress
        && stage.wants_touch()
    {
        terminal.error(&format!("mcp-ssh: {}", touch_wanted(alias)));
    }
}
