"""Proofs of possession (RFC 9449) that must not be taken. Each differs from a good one in one thing."""

import hashlib
import json
import secrets
import time

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from bank import API_SITE, Customer, b64, call, good, new_address, new_phone
from device import ALGORITHMS, DeviceKey, bare, sign

ME = "/v1/me"


@pytest.fixture(scope="module")
def customer():
    return Customer(proof=DeviceKey())


def ask(customer, proof, scheme="DPoP", token=None, path=ME, method="GET"):
    headers = {"Authorization": f"{scheme} {token or customer.access}"}
    if proof is not None:
        headers["DPoP"] = proof
    return call(method, path, address=customer.address, headers=headers)


def made(customer, **changes):
    return customer.key.proof("GET", API_SITE + ME, customer.access, **changes)


def test_a_good_proof_is_taken_once(customer):
    proof = made(customer)
    assert ask(customer, proof).status_code == 200
    assert ask(customer, proof).status_code == 401, "a repeated jti"
    assert ask(customer, made(customer)).status_code == 200, "the next one is good again"


def other(customer):
    return DeviceKey()


def swapped(proof, part, change):
    """A proof with one of its three parts changed after it was signed."""
    parts = proof.split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


def flipped(text):
    return ("A" if text[0] != "A" else "B") + text[1:]


BAD = {
    "none at all": lambda c: None,
    "empty": lambda c: "",
    "no token at all": lambda c: "a.b.c",
    "another method": lambda c: made(c, htm="POST"),
    "another case of the method": lambda c: made(c, htm="get"),
    "another path": lambda c: made(c, htu=API_SITE + "/v1/accounts"),
    "another host": lambda c: made(c, htu="https://evil.example" + ME),
    "a host in the user part": lambda c: made(c, htu=API_SITE.replace("://", "://evil@") + ME),
    "a longer path": lambda c: made(c, htu=API_SITE + ME + "/"),
    "no method": lambda c: made(c, htm=None),
    "no address": lambda c: made(c, htu=None),
    "no moment": lambda c: made(c, iat=None),
    "no name": lambda c: made(c, jti=None),
    "no hash of the token": lambda c: made(c, ath=None),
    "the hash of another token": lambda c: made(c, ath=b64(bytes(32))),
    "an old moment": lambda c: made(c, iat=int(time.time()) - 3_600),
    "a moment ten minutes ago": lambda c: made(c, iat=int(time.time()) - 600),
    "a moment to come": lambda c: made(c, iat=int(time.time()) + 3_600),
    "a moment as text": lambda c: made(c, iat=str(int(time.time()))),
    "an endless moment": lambda c: made(c, iat=10**30),
    "another type": lambda c: made(c, header={"typ": "JWT"}),
    "no type": lambda c: made(c, header={"typ": None}),
    "another key": lambda c: other(c).proof("GET", API_SITE + ME, c.access),
    "another key's signature": lambda c: made(c, signer=ECKey.generate_key("P-256")),
    "the private key inside": lambda c: made(c, header={"jwk": c.key.key.as_dict(private=True)}),
    "no key": lambda c: made(c, header={"jwk": None}),
    "a key by address": lambda c: made(c, header={"jwk": None, "jku": "https://evil.example/jwks"}),
    "a key by name": lambda c: made(c, header={"jwk": None, "kid": "../../dev/null"}),
    "a name that nobody knows must be understood": lambda c: made(
        c, header={"crit": ["x"], "x": 1}
    ),
    "a very long name": lambda c: made(c, jti="x" * 5_000),
    "a changed head": lambda c: swapped(made(c), 0, flipped),
    "changed claims": lambda c: swapped(made(c), 1, flipped),
    "a changed signature": lambda c: swapped(made(c), 2, flipped),
    "no signature": lambda c: swapped(made(c), 2, lambda _: ""),
    "another end of the signature": lambda c: swapped(made(c), 2, lambda s: s + "AA"),
    "a signature of zeros": lambda c: swapped(made(c), 2, lambda _: b64(bytes(64))),
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_proof_opens_nothing(customer, how):
    answer = ask(customer, BAD[how](customer))
    assert answer.status_code in (400, 401), f"{how}: {answer.status_code} {answer.text[:300]}"
    assert ask(customer, made(customer)).status_code == 200, "and the session lives"


def claims_of(customer):
    token = b64(hashlib.sha256(customer.access.encode()).digest())
    return {
        "jti": secrets.token_urlsafe(16),
        "htm": "GET",
        "htu": API_SITE + ME,
        "iat": int(time.time()),
        "ath": token,
    }


def test_no_other_algorithm_is_taken(customer):
    """Not none, not a shared secret, not the public key as one, no larger curve, no RSA."""
    head = {"typ": "dpop+jwt"}
    public = json.dumps(bare(customer.key.public())).encode()
    keys = {
        "none": OctKey.import_key(b"x" * 32),
        "HS256": OctKey.import_key(public),
        "ES384": ECKey.generate_key("P-384"),
        "EdDSA": OKPKey.generate_key("Ed25519"),
        "RS256": RSAKey.generate_key(2048),
        "PS256": RSAKey.generate_key(2048),
    }
    for algorithm, key in keys.items():
        shown = customer.key if algorithm in ("none", "HS256") else key
        jwk = bare(shown.public() if isinstance(shown, DeviceKey) else shown.as_dict(private=False))
        proof = sign(head | {"alg": algorithm, "jwk": jwk}, claims_of(customer), key)
        answer = ask(customer, proof)
        assert answer.status_code in (400, 401), f"{algorithm}: {answer.status_code}"
    for spelt in ("None", "NONE", "nOnE", "es256", "ES256 "):
        parts = made(customer).split(".")
        parts[0] = b64(
            json.dumps(head | {"alg": spelt, "jwk": bare(customer.key.public())}).encode()
        )
        for end in (parts[2], ""):
            assert ask(customer, ".".join([*parts[:2], end])).status_code in (400, 401), spelt
    assert "none" in ALGORITHMS


def test_two_proofs_are_none(customer):
    one, two = made(customer), made(customer)
    answer = ask(customer, f"{one}, {two}")
    assert answer.status_code in (400, 401)


def test_a_bound_token_is_no_bearer_token(customer):
    for scheme in ("Bearer", "bearer", "Basic", "Token"):
        for proof in (None, made(customer)):
            answer = ask(customer, proof, scheme=scheme)
            assert answer.status_code in (400, 401), f"{scheme}: {answer.status_code}"


def test_a_plain_token_takes_no_proof_in_its_place():
    plain, key = Customer(amount=None), DeviceKey()
    proof = key.proof("GET", API_SITE + ME, plain.access)
    assert ask(plain, proof, scheme="DPoP").status_code in (400, 401)


def test_the_token_of_another_customer_is_not_opened_by_ones_own_key(customer):
    thief = Customer(proof=DeviceKey(), amount=None)
    proof = thief.key.proof("GET", API_SITE + ME, customer.access)
    assert ask(thief, proof, token=customer.access).status_code == 401
    assert ask(customer, made(customer)).status_code == 200


def test_a_sign_in_takes_only_a_good_proof(customer):
    body = {"phone": customer.phone, "password": customer.password}
    for changes in ({"htm": "GET"}, {"htu": API_SITE + ME}, {"iat": 1}, {"header": {"typ": "JWT"}}):
        proof = customer.key.proof("POST", API_SITE + "/v1/sign-in", **changes)
        answer = call(
            "POST", "/v1/sign-in", json=body, address=new_address(), headers={"DPoP": proof}
        )
        assert answer.status_code in (400, 401), f"{changes}: {answer.status_code} {answer.text}"
    fine = customer.key.proof("POST", API_SITE + "/v1/sign-in")
    answer = call(
        "POST", "/v1/sign-in", json=body, address=customer.address, headers={"DPoP": fine}
    )
    # Signed in, or asked for the second factor.
    assert good(answer).get("token_type", "DPoP") == "DPoP" and answer.status_code in (200, 202)


def test_what_was_made_for_one_purpose_serves_no_other(customer):
    """A refresh token opens no route, an access token refreshes nothing, a ticket is no token."""
    proof = customer.key.proof("GET", API_SITE + ME, customer.refresh)
    assert ask(customer, proof, token=customer.refresh).status_code == 401
    headers = customer.proof("POST", "/v1/token/refresh")
    body = {"refresh_token": customer.access}
    answer = call("POST", "/v1/token/refresh", json=body, headers=headers)
    assert answer.status_code in (400, 401)
    unknown = call(
        "POST", "/v1/token/refresh", json={"refresh_token": new_phone()}, headers=headers
    )
    assert unknown.status_code in (400, 401)
