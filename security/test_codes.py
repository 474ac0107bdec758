"""Codes of an authenticator app, made by pyotp as any such app makes them (RFC 6238)."""
