"""An OAuth client of authlib's: refresh, revocation (RFC 7009), introspection (RFC 7662), metadata
(RFC 8414); what a thief does with a token that was used before; the keys of what leaves the bank.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc.jwk import KeySet

from bank import API, API_SITE, SECONDS, Canaries, Customer, call, good, new_address, okto
from device import DeviceKey


@pytest.fixture
def customer():
    return Customer(proof=DeviceKey(), amount=None)


@pytest.fixture(scope="module")
def metadata():
    return good(call("GET", "/.well-known/oauth-authorization-server"))


def here(address):
    """An address of the API as tests reach it."""
    return address.replace(API_SITE, API)


def client(customer, **more):
    """A client that adds to each request the proof of the customer's key."""
    session = OAuth2Session(
        token_endpoint_auth_method="none",
        token={
            "access_token": customer.access,
            "refresh_token": customer.refresh,
            "token_type": "DPoP",
        },
        default_timeout=SECONDS,
        **more,
    )
    session.headers["X-Forwarded-For"] = customer.address

    def prove(request):
        url = request.url.replace(API, API_SITE).split("?")[0]
        token = customer.access if "Authorization" in request.headers else None
        request.headers["DPoP"] = customer.key.proof(request.method, url, token)
        return request

    session.prove = prove
    return session


def refresh(customer, token=None):
    """A refresh as the standard writes it, without a library that repeats or forgives."""
    headers = {"DPoP": customer.key.proof("POST", f"{API_SITE}/oauth/token")}
    body = {"grant_type": "refresh_token", "refresh_token": token or customer.refresh}
    return call("POST", "/oauth/token", data=body, headers=headers, address=customer.address)


def test_the_metadata_is_that_of_the_standard(metadata):
    found = AuthorizationServerMetadata(metadata)
    found.validate_issuer()
    assert found["issuer"] == API_SITE
    for name in ("token_endpoint", "revocation_endpoint", "introspection_endpoint", "jwks_uri"):
        assert found[name].startswith(API_SITE + "/"), name
    assert found["grant_types_supported"] == ["refresh_token"], "no password, no implicit, no code"
    assert found["response_types_supported"] == []
    assert found["dpop_signing_alg_values_supported"] == ["ES256"]


def test_a_library_refreshes(customer, metadata):
    before = (customer.access, customer.refresh)
    session = client(customer)
    tokens = session.refresh_token(here(metadata["token_endpoint"]), auth=session.prove)
    assert tokens["token_type"] == "DPoP" and 0 < tokens["expires_in"] <= 300
    customer.take(tokens)
    assert (customer.access, customer.refresh) != before
    assert customer.get("/v1/me").status_code == 200


def test_other_grants_are_refused(customer):
    for grant in (
        "password",
        "client_credentials",
        "authorization_code",
        "implicit",
        "",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ):
        body = {
            "grant_type": grant,
            "username": customer.phone,
            "password": customer.password,
            "refresh_token": customer.refresh,
            "code": "x",
        }
        headers = {"DPoP": customer.key.proof("POST", f"{API_SITE}/oauth/token")}
        answer = call("POST", "/oauth/token", data=body, headers=headers)
        assert answer.status_code == 400, grant
        assert answer.json()["error"] in ("unsupported_grant_type", "invalid_request")
    assert customer.get("/v1/me").status_code == 200


def test_a_lost_answer_can_be_asked_for_again(customer):
    first, again = refresh(customer), refresh(customer)
    assert first.status_code == again.status_code == 200
    customer.take(good(again))
    assert customer.get("/v1/me").status_code == 200


def test_a_replay_ends_the_session(customer):
    """A token that was exchanged, shown after its successor was used: somebody else has it."""
    stolen = customer.refresh
    customer.take(good(refresh(customer)))
    assert customer.get("/v1/me").status_code == 200
    answer = refresh(customer, stolen)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert customer.get("/v1/me").status_code == 401, "the access token, at once"
    assert refresh(customer).status_code == 400, "and the family"


def test_twenty_refreshes_at_once_leave_one_family(customer):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: refresh(customer), range(20)))
    fine = [answer.json() for answer in answers if answer.status_code == 200]
    assert fine and all(answer.status_code in (200, 503) for answer in answers)
    assert len({tokens["refresh_token"] for tokens in fine}) == 1, "one family"
    for tokens in fine:
        customer.take(tokens)
        assert customer.get("/v1/me").status_code == 200, "whichever answer the client keeps"
    assert refresh(customer).status_code == 200


def test_a_thief_without_the_key_refreshes_nothing(customer):
    thief = DeviceKey()
    body = {"grant_type": "refresh_token", "refresh_token": customer.refresh}
    for proof in (
        None,
        thief.proof("POST", f"{API_SITE}/oauth/token"),
        customer.key.proof("POST", f"{API_SITE}/oauth/revoke"),
        customer.key.proof("GET", f"{API_SITE}/oauth/token"),
    ):
        headers = {"DPoP": proof} if proof else {}
        answer = call("POST", "/oauth/token", data=body, headers=headers)
        assert answer.status_code in (400, 401), answer.text
        assert answer.json()["error"] in ("invalid_dpop_proof", "invalid_grant")
    body = {"refresh_token": customer.refresh}
    assert call("POST", "/v1/token/refresh", json=body).status_code in (400, 401)
    assert refresh(customer).status_code == 200, "and the session lives: it was nobody's replay"


@pytest.mark.parametrize("which", ["access", "refresh"])
def test_a_library_revokes(customer, metadata, which):
    session = client(customer)
    address = here(metadata["revocation_endpoint"])
    answer = session.revoke_token(address, token=getattr(customer, which))
    assert answer.status_code == 200
    assert customer.get("/v1/me").status_code == 401
    assert refresh(customer).status_code == 400
    for token in (getattr(customer, which), "nonsense", "bk_at_" + "A" * 49):
        body = {"token": token, "token_type_hint": "refresh_token"}
        told = call("POST", "/oauth/revoke", data=body)
        assert (told.status_code, told.text) == (200, ""), "whatever it was, the same answer"


@pytest.fixture(scope="module")
def partner():
    """A partner of the bank, whose programs ask about tokens."""
    said = okto("partner", "add", "Shop").stdout
    found = re.search(r"client id: (\S+)\s+client secret[^:]*: (\S+)", said)
    assert found, said
    return found[1], Canaries.plant("token", found[2])


def test_a_partner_learns_what_a_token_is(customer, metadata, partner):
    session = OAuth2Session(*partner, token_endpoint_auth_method="client_secret_basic")
    address = here(metadata["introspection_endpoint"])
    told = good(session.introspect_token(address, token=customer.access))
    assert told["active"] is True and told["token_type"] == "DPoP"
    assert told["cnf"] == {"jkt": customer.key.thumbprint}
    assert customer.phone.removeprefix("+") not in str(told) and "Rahimova" not in str(told)
    for other in (customer.refresh, "nonsense", "bk_at_" + "A" * 49):
        assert good(session.introspect_token(address, token=other)) == {"active": False}
    customer.post("/v1/sign-out", None)
    assert good(session.introspect_token(address, token=customer.access)) == {"active": False}


def test_a_stranger_learns_nothing_of_a_token(customer, metadata, partner):
    address = here(metadata["introspection_endpoint"])
    for credentials in ((partner[0], "wrong"), ("par_" + "0" * 32, partner[1]), ("", "")):
        session = OAuth2Session(*credentials, token_endpoint_auth_method="client_secret_basic")
        session.headers["X-Forwarded-For"] = new_address()
        answer = session.introspect_token(address, token=customer.access)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert call("POST", "/oauth/introspect", data={"token": customer.access}).status_code == 401


def test_the_published_keys_are_public(metadata):
    answer = call("GET", here(metadata["jwks_uri"]).removeprefix(API))
    found = answer.json()
    keys = KeySet.import_key_set(found)
    assert keys.keys
    for key in found["keys"]:
        assert key["kty"] in ("EC", "OKP") and key["use"] == "sig" and key["kid"]
        assert not {"d", "p", "q", "k"} & key.keys(), "a private part is published"
    assert len({key["kid"] for key in found["keys"]}) == len(found["keys"])
