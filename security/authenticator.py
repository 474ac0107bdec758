"""A passkey of software, as the standard has it (WebAuthn, level 2): enough of an authenticator to
be taken in and to sign in, and nothing of the bank's."""

import base64
import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bank import b64

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value):
    """As much of RFC 8949 as an attestation needs, in its shortest form."""
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def head(kind, number):
    if number < 24:
        return bytes([kind << 5 | number])
    if number < 256:
        return bytes([kind << 5 | 24, number])
    return bytes([kind << 5 | 25]) + struct.pack(">H", number)


class Authenticator:
    """One passkey of one site."""

    def __init__(self, origin):
        self.origin, self.id = origin, secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user, self.count = None, 0

    def client_data(self, kind, challenge):
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(data, separators=(",", ":")).encode()

    def about(self, party, flags, rest=b""):
        self.count += 1
        return (
            hashlib.sha256(party.encode()).digest() + struct.pack(">BI", flags, self.count) + rest
        )

    def answer(self, **response):
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": {name: b64(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }

    def create(self, options):
        """What `navigator.credentials.create` gives."""
        public = options["publicKey"]
        self.user = unb64(public["user"]["id"])
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        cose = cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        made = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        data = self.about(public["rp"]["id"], PRESENT | VERIFIED | ATTESTED, made)
        return self.answer(
            clientDataJSON=self.client_data("webauthn.create", public["challenge"]),
            attestationObject=cbor({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def get(self, options, flags=PRESENT | VERIFIED, origin=None, challenge=None):
        """What `navigator.credentials.get` gives; the rest makes it a wrong one."""
        public = options["publicKey"]
        mine, self.origin = self.origin, origin or self.origin
        client = self.client_data("webauthn.get", challenge or public["challenge"])
        self.origin = mine
        data = self.about(public["rpId"], flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=self.user or b"",
        )
