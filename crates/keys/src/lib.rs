//! The keys that never leave: a sealed file in development, an HSM in production.
