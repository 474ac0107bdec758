"""Security events as a partner receives them: pushed (RFC 8935), signed (RFC 8417), and checked with
the published keys by joserfc."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bank import API_SITE, Customer, Forms, call, good, okto, until
from device import DeviceKey
from staff import Employee

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
OWN = "urn:okto:secevent:"
# What CAEP 1.0 demands of an event (3.3.1, 3.4.1, 3.5.1), with the values that it gives or the bank
# is expected to send; none: any.
DEMANDED = {
    f"{CAEP}session-established": {},
    f"{CAEP}session-revoked": {},
    f"{CAEP}credential-change": {
        "credential_type": None,
        "change_type": {"create", "revoke", "update", "delete"},
    },
    f"{CAEP}assurance-level-change": {"namespace": {"NIST-AAL"}, "current_level": {"nist-aal2"}},
    f"{CAEP}device-compliance-change": {
        "previous_status": {"compliant", "not-compliant"},
        "current_status": {"compliant", "not-compliant"},
    },
    f"{RISC}account-disabled": {},
    f"{OWN}key-misuse": {},
}


class Receiver(BaseHTTPRequestHandler):
    """Takes what comes; the first time it is busy."""

    got, refused = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        busy = not self.refused
        (self.refused if busy else self.got).append((self.headers["Content-Type"], body))
        self.send_response(503 if busy else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/events"
    server.shutdown()


def keys():
    return KeySet.import_key_set(good(call("GET", "/.well-known/jwks.json")))


def test_what_ends_a_session_reaches_a_partner(address):
    okto("webhook", "add", address)
    customer = Customer(amount=None)
    assert customer.post("/v1/sign-out", None).status_code == 204

    def received():
        return [one for one in Receiver.got if f"{CAEP}session-revoked" in claims(one[1])["events"]]

    kind, body = until("a security event", received, 30)[0]
    assert kind == "application/secevent+jwt"
    checked = jwt.decode(body, keys(), algorithms=["ES256"])
    assert checked.header["typ"] == "secevent+jwt" and checked.header["kid"]
    said = checked.claims
    assert said["iss"] == API_SITE and said["aud"] and said["jti"] and "exp" not in said
    assert said["sub_id"]["format"] == "opaque"
    for personal in (customer.phone.removeprefix("+"), customer.access, "Rahimova", "Nodira"):
        assert personal not in json.dumps([checked.header, said])
    assert Receiver.refused, "and it was sent again after the receiver was busy"


def test_every_kind_of_event_reaches_a_partner(address):
    """Somebody signs up on a device, gives it a PIN, confirms who they are, has a token used without
    its key, takes the device away, and stops everything."""
    okto("webhook", "add", address)
    customer = Customer(proof=DeviceKey(), amount=None)
    user = good(customer.get("/v1/me"))["customer_id"]
    assert customer.send("PUT", "/v1/me/factors/pin", json={"pin": "608537"}).status_code == 204
    asked = good(customer.post("/v1/me/confirmation", None), 201)
    path = f"/v1/confirmations/{asked['challenge_id']}"
    assert customer.post(f"{path}/answer", {"answer": {"method": "pin", "code": "608537"}}).ok
    other_key = DeviceKey().proof("GET", f"{API_SITE}/v1/me", customer.access)
    stolen = {"Authorization": f"DPoP {customer.access}", "DPoP": other_key}
    assert call("GET", "/v1/me", headers=stolen).status_code == 401
    device = good(customer.get("/v1/devices"))["items"][0]["device_id"]
    assert customer.send("DELETE", f"/v1/devices/{device}").status_code == 204
    other = Customer(amount=None)
    users = {user, good(other.get("/v1/me"))["customer_id"]}
    assert other.post("/v1/freeze", None).status_code == 200

    def told():
        found = {}
        for kind, body in Receiver.got:
            said = claims(body)
            if kind == "application/secevent+jwt" and said["sub_id"].get("id") in users:
                found |= said["events"]
        return found if DEMANDED.keys() <= found.keys() else None

    for kind, event in until("every kind of event", told, 60).items():
        assert kind in DEMANDED, kind
        assert event["event_timestamp"]
        assert event["initiating_entity"] in ("user", "system", "admin")
        for name, values in DEMANDED[kind].items():
            assert event[name] and (values is None or event[name] in values), f"{kind}: {event}"


def test_the_end_of_everyones_sessions_reaches_a_partner(address):
    """By two employees. It names nobody: it is about the bank."""
    okto("webhook", "add", address)
    customer = Customer(amount=None)
    guard, boss = Employee("security"), Employee("administrator")
    path = "/sessions/end-everyones"
    fields = Forms(guard.get(path)).to(path)["fields"] | {"reason": "keys were stolen"}
    proposed = guard.request("POST", path, data=fields)
    assert proposed.status_code == 303, proposed.text[:1500]
    proposal = urllib.parse.urlsplit(proposed.headers["Location"]).path
    fields = Forms(boss.get(proposal)).to(f"{proposal}/decide")["fields"] | {"decision": "approve"}
    asked = boss.request("POST", f"{proposal}/challenge", data=fields).json()
    answer = json.dumps(boss.passkey.get(asked["options"]))
    fields |= {"challenge": asked["challenge"], "answer": answer}
    decided = boss.request("POST", f"{proposal}/decide", data=fields)
    assert decided.status_code == 303, decided.text[:1500]
    assert customer.get("/v1/me").status_code == 401

    def told():
        said = [claims(body) for kind, body in Receiver.got if kind == "application/secevent+jwt"]
        return [one for one in said if f"{OWN}everyones-sessions-revoked" in one["events"]]

    said = until("the end of everyone's sessions", told, 60)[0]
    assert said["sub_id"] == {"format": "uri", "uri": API_SITE}
    event = said["events"][f"{OWN}everyones-sessions-revoked"]
    assert event["event_timestamp"] and event["initiating_entity"] == "admin"


def claims(body):
    return jwt.decode(body, keys(), algorithms=["ES256"]).claims


def test_a_changed_event_is_none(address):
    _, body = until("an event", lambda: Receiver.got, 30)[0]
    head, middle, signature = body.split(".")
    for bad in (
        f"{head}.{middle}A.{signature}",
        f"{head}.{middle}.{signature[:-4]}AAAA",
        f"{head}.{middle}.",
    ):
        with pytest.raises(JoseError):
            jwt.decode(bad, keys(), algorithms=["ES256"])


@pytest.mark.parametrize(
    "where",
    [
        "http://partner.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://user@partner.example/",
        "http://localhost@partner.example/",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "",
    ],
)
def test_only_decent_addresses_are_taken(where):
    assert okto("webhook", "add", where, check=False).returncode != 0
