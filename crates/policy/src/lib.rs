//! May an employee do this: Cedar policies, checked against their schema.
