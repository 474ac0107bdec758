"""A telephone's key, and the proofs that it makes (RFC 9449), by joserfc: nothing of this is ours."""

import hashlib
import json
import secrets
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from bank import b64


class DeviceKey:
    """A key that a telephone would keep in its hardware."""

    def __init__(self, curve="P-256"):
        self.key = ECKey.generate_key(curve)

    @property
    def thumbprint(self):
        return self.key.thumbprint()

    def public(self):
        return self.key.as_dict(private=False)

    def proof(self, method, url, token=None, *, header=None, signer=None, **claims):
        """A proof for one request; `header` and `claims` change or (None) take away what is in it."""
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": bare(self.public())} | (header or {})
        body = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if token:
            body["ath"] = b64(hashlib.sha256(token.encode()).digest())
        head = {name: value for name, value in head.items() if value is not None}
        body = {name: value for name, value in (body | claims).items() if value is not None}
        return sign(head, body, signer or self.key)


def bare(jwk):
    """A public key without what names it."""
    return {
        name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")
    }


ALGORITHMS = ["ES256", "ES384", "EdDSA", "Ed25519", "RS256", "PS256", "HS256", "none"]


def sign(header, claims, key):
    """A JWS by joserfc; what that refuses to make, because it is wrong, is put together here."""
    if "crit" in header:
        signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
        made = key.private_key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        numbers = (number.to_bytes(32, "big") for number in decode_dss_signature(made))
        return f"{signed}.{b64(b''.join(numbers))}"
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.encode(header, claims, key, algorithms=ALGORITHMS, registry=registry)
