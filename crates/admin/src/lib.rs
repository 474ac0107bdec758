//! The panel of the bank's employees.
