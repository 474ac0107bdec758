//! What only the panel of the staff has: a frame with a rail of places, tables, facts, differences.
//!
//! The panel has a style sheet of its own (`static/panel`), in which the components that it shares
//! with the phone app (buttons, fields, banners, badges) are drawn densely. So a page of the panel
//! is built of the same parts and looks like nothing that a customer sees.

mod frame;
mod record;
mod table;

pub use frame::{Frame, Gate, Place, Places, theme_colors};
pub use record::{Change, diff, facts, heading, masked, panel, panel_with, tab_links, tick, tiles};
pub use record::{Fact, Tick, Tile};
pub use table::{Cells, Column, Table, filters, reason_field};
