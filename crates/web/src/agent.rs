//! What a browser says it is, as people say it.

pub(crate) use ui::agent::{icon, name};
