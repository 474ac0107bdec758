"""Codes of an authenticator app, made by pyotp as any such app makes them (RFC 6238)."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from bank import API_SITE, Canaries, Customer, call, good, new_address
from device import DeviceKey

STEP = 30


@pytest.fixture(scope="module")
def customer():
    """Somebody with an authenticator app."""
    customer = Customer(proof=DeviceKey(), amount=None)
    made = good(customer.post("/v1/me/factors/totp", None), 201)
    Canaries.plant("secret", made["secret"])
    asked = parse_qs(urlsplit(made["uri"]).query)
    assert asked["secret"] == [made["secret"]] and asked["issuer"] == ["Okto"]
    customer.app = pyotp.parse_uri(made["uri"])
    assert customer.app.secret == made["secret"]
    customer.first = code(customer.app)
    shown = good(customer.post("/v1/me/factors/totp/confirm", {"code": customer.first}))
    customer.recovery = [Canaries.plant("recovery code", one) for one in shown["recovery_codes"]]
    return customer


def code(app, steps=0):
    return Canaries.plant("code", app.at(time.time() + steps * STEP))


def answer(customer, text, method="totp"):
    """What a stranger's device gets for the password and this code."""
    began, answered = customer.sign_in(DeviceKey(), {"method": method, "code": text})
    # A sign-in that was not let begin is one that was not let in.
    return answered if answered is not None else began


def next_step():
    """Waits for the next half minute, with some room in it."""
    time.sleep(STEP - time.time() % STEP + 0.5)


def test_a_code_signs_in_once(customer):
    assert answer(customer, customer.first).status_code != 200, "it was used to set the app up"
    next_step()
    now = code(customer.app)
    assert good(answer(customer, now))["access_token"]
    assert answer(customer, now).status_code != 200, "the same code again"
    assert answer(customer, code(customer.app, -1)).status_code != 200, "an older one after it"


def test_of_many_at_once_one_is_let_in(customer):
    next_step()
    now = code(customer.app)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: answer(customer, now).status_code, range(8)))
    assert answers.count(200) == 1, answers


def test_codes_of_other_times_are_refused(customer):
    for steps in (-10, -3, 3, 10, 2_880):
        assert answer(customer, code(customer.app, steps)).status_code != 200, steps


def test_another_secret_is_refused(customer):
    assert answer(customer, pyotp.TOTP(pyotp.random_base32()).now()).status_code != 200
    for odd in ("", "12345", "1234567", "abcdef", "１２３４５６", "12345 ", "-12345"):
        assert answer(customer, odd).status_code != 200, odd


def test_a_challenge_takes_five_answers(customer):
    """The sixth answer is not looked at, even a right one; and the next challenge is a new one."""
    next_step()
    key, address = DeviceKey(), new_address()
    began, answered = customer.sign_in(key, wrong(customer), address=address)
    assert began.status_code == 202 and "totp" in began.json()["methods"]
    assert "sms" not in began.json()["methods"], "no code by SMS beside a stronger factor"
    said = [answered]
    for _ in range(4):
        said.append(again(began.json(), key, address, wrong(customer)))
    codes = [one.json()["code"] for one in said]
    assert codes == ["answer_wrong"] * 4 + ["answer_tries_used_up"], codes
    now = code(customer.app)
    late = again(began.json(), key, address, {"method": "totp", "code": now})
    assert late.json()["code"] == "answer_tries_used_up" and late.status_code == 422, late.text
    assert good(answer(customer, now))["access_token"], "the same code answers a new challenge"


def wrong(customer):
    """A code that the program shows at no time near."""
    near = {customer.app.at(time.time() + steps * STEP) for steps in range(-5, 6)}
    other = next(code for code in map("{:06d}".format, range(99)) if code not in near)
    return {"method": "totp", "code": other}


def again(began, key, address, text):
    """One more answer to the same challenge, from the same device."""
    path = f"/v1/sign-in/{began['challenge_id']}/answer"
    body = {"challenge_token": began["challenge_token"], "answer": text}
    proof = {"DPoP": key.proof("POST", API_SITE + path)}
    return call("POST", path, json=body, address=address, headers=proof)


def test_a_recovery_code_is_good_once(customer):
    one = customer.recovery[0]
    assert good(answer(customer, one, "recovery_code"))["access_token"]
    assert answer(customer, one, "recovery_code").status_code != 200
    made_up = "-".join(secrets.token_hex(2) for _ in range(4))
    assert answer(customer, made_up, "recovery_code").status_code != 200


def test_the_password_alone_is_nothing(customer):
    began, _ = customer.sign_in(DeviceKey(), {"method": "totp", "code": "000000"})
    assert began.status_code == 202 and "access_token" not in began.text
    wrong, _ = customer.sign_in(DeviceKey(), password="wrong-Password-19")
    assert wrong.status_code == 401
