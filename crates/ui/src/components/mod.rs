mod address;
mod amount;
mod bars;
mod button;
mod chart;
mod choice;
mod field;
mod home;
mod language;
mod list;
mod notice;
mod page;
mod record;
mod security;
mod shell;
mod taste;

pub use address::{breakable, email_address};
pub use amount::{AmountText, amount, amount_signed};
pub use bars::{AppBar, Tab, icon_button, icon_link, tab_bar, tab_bar_with};
pub use button::Button;
pub use chart::{Bar, BarChart};
pub use choice::{
    Chip, Choice, Segment, Select, SwitchRow, chips, choice_list, segmented, segmented_links,
};
pub use field::Field;
pub use home::{Hero, QuickAction, quick_actions};
pub use language::{language_buttons, language_name, language_switch};
pub use list::{
    Row, account_row, avatar, card, chevron, day_heading, lead_icon, list, operation_row, section,
};
pub use notice::{Banner, Tone, badge, empty_state, toast};
pub use page::{columns, details, form_actions, pagination, prose, sheet};
pub use record::{
    KeyValue, ReceiptHead, Step, StepState, copy_row, key_values, key_values_strong, timeline,
};
pub use security::{Standing, Way, code_list, divider, points, ways};
pub use shell::{Balances, Shell, Theme, styles};
pub use taste::{balances_toggle, theme_choice};
