"""Values of every kind that must be kept nowhere in the open, planted through the doors in the
fields where they belong, and numbers of cards in the fields where they do not. canary.py looks for
them when everything else has run."""

import re
import secrets

import pytest
import requests

from bank import (
    ADMIN,
    ADMIN_SITE,
    SANDBOX,
    SECONDS,
    Browser,
    Canaries,
    Customer,
    Forms,
    call,
    card_number,
    good,
    new_phone,
    sms_code,
    until,
)
from device import DeviceKey
from staff import Employee


def grouped(number):
    """As it stands on the card."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def hyphened(number):
    return grouped(number).replace(" ", "-")


def cards():
    """One for each way of writing it."""
    return [card_number(), grouped(card_number("9860")), hyphened(card_number("4111"))]


def says(answer, code, status=400):
    """A refusal that says why, and not what."""
    assert answer.status_code == status, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
    assert answer.json()["code"] == code, answer.text


@pytest.fixture(scope="module")
def customer():
    return Customer(proof=DeviceKey())


@pytest.fixture(scope="module")
def friend():
    return Customer(amount=None)


@pytest.fixture(scope="module")
def browser():
    return Browser().sign_up()


def preview(customer, friend, note):
    body = {
        "from_account_id": customer.account["account_id"],
        "to": {"account_number": friend.account["number"]},
        "amount": {"value": "1.00", "asset": "UZS"},
        "note": note,
    }
    return customer.post("/v1/transfers/preview", body)


def test_a_note_takes_no_card(customer, friend):
    assert preview(customer, friend, "lunch").status_code == 200, "the rest of it is right"
    for number in cards():
        says(preview(customer, friend, f"for {number}"), "note_holds_card")


def test_an_account_is_not_called_by_a_card(customer):
    path = f"/v1/accounts/{customer.account['account_id']}"
    for number in cards():
        says(customer.send("PATCH", path, json={"name": number}), "text_holds_card")
    assert good(customer.send("PATCH", path, json={"name": "Kunlik"}))["name"] == "Kunlik"


def test_a_device_is_not_called_by_a_card(customer):
    device = good(customer.get("/v1/devices"))["items"][0]["device_id"]
    path = f"/v1/devices/{device}"
    for number in cards():
        says(customer.send("PATCH", path, json={"name": number}), "text_holds_card")
    assert customer.send("PATCH", path, json={"name": "Telefon"}).status_code == 204


def test_a_person_is_not_called_by_a_card(customer):
    for number in cards():
        body = {"first_name": number, "last_name": "Rahimova"}
        says(customer.send("PATCH", "/v1/me", json=body), "name_malformed")
    phone = new_phone()
    Canaries.plant("phone", phone.removeprefix("+"))
    started = good(call("POST", "/v1/sign-up", json={"phone": phone}), 202)
    proven = {"challenge_id": started["challenge_id"], "code": sms_code(phone)}
    verified = good(call("POST", "/v1/sign-up/verify", json=proven))
    ticket = Canaries.plant("token", verified["ticket"])
    person = {
        "ticket": ticket,
        "password": card_number(),
        "first_name": card_number(),
        "last_name": grouped(card_number()),
        "birth_date": "1993-08-14",
        "language": "en",
    }
    answer = call("POST", "/v1/sign-up/complete", json=person)
    assert answer.status_code == 400, answer.text


def test_a_card_that_is_searched_for_is_not_kept(customer, browser):
    for number in cards():
        for path in (f"/v1/operations?q={number}", f"/v1/verify/{number}"):
            assert customer.get(path).status_code < 500
        for path in (f"/activity?q={number}", f"/pay?to={number}", f"/verify/{number}"):
            assert browser.get(path).status_code < 500


def test_a_card_in_another_field_is_not_kept(customer, browser):
    """What people slip with: the wrong field, and what a program says of itself."""
    token = Forms(browser.get("/profile/name")).to("/profile/name")["fields"]
    for number in cards():
        sent = [
            call("POST", "/v1/sign-in", json={"phone": number, "password": number}),
            call("POST", "/v1/sign-in", json={"phone": customer.phone, "password": number}),
            call("POST", "/v1/password-reset", json={"phone": number}),
            customer.post("/v1/payees/check", {"account_number": number}),
            customer.send(
                "PUT",
                "/v1/me/password",
                json={"current_password": number, "new_password": number},
            ),
            customer.send("PUT", "/v1/me/factors/pin", json={"pin": number}),
            customer.get(f"/v1/accounts/{number}"),
            customer.post("/v1/accounts", {"asset": number}, key=number),
            Browser().submit("/sign-in", "/sign-in", phone=number, password=number),
            browser.request("POST", "/pay", data=token | {"to": number, "note": number}),
            browser.submit("/profile/name", "/profile/name", first_name=number, last_name=number),
            call("POST", "/csp-report", base=browser.base, data=f'{{"csp-report":"{number}"}}'),
        ]
        for answer in sent:
            assert answer.status_code < 500, f"{answer.url}: {answer.status_code}"
    # A session keeps what its program says it is.
    agent = {"User-Agent": f"app {hyphened(card_number())}"}
    strange = Customer(amount=None)
    body = {"phone": strange.phone, "password": strange.password}
    began = good(call("POST", "/v1/sign-in", json=body, headers=agent), 202)
    Canaries.plant("token", began["challenge_token"])
    answer = {"method": "sms", "code": sms_code(strange.phone, seen=(strange.code,))}
    body = {"challenge_token": began["challenge_token"], "answer": answer}
    path = f"/v1/sign-in/{began['challenge_id']}/answer"
    strange.take(good(call("POST", path, json=body, headers=agent)))


def test_an_employee_writes_no_card(customer):
    employee = Employee("support")
    user = good(customer.get("/v1/me"))["customer_id"]
    for number in cards():
        found = employee.submit("/customers", "/customers", q=number)
        assert found.status_code in (303, 400), f"{found.status_code} {found.text[:1500]}"
        assert number not in found.headers.get("Location", ""), "the address tells it"
        for page in (employee.follow(found), employee.get(f"/customers/{number}")):
            assert page.status_code < 500, f"{page.url}: {page.status_code}"
        path = f"/customers/{user}/freeze"
        page = employee.submit(path, path, reason=number)
        assert page.status_code == 400 and "card number" in page.text, page.text[:1500]
    assert good(customer.get("/v1/me"))["customer_id"] == user, "nobody was frozen by that"


def mail_code(address):
    """The code of the newest mail to an address."""

    def newest():
        found = requests.get(f"{SANDBOX}/messages", {"email": address}, timeout=SECONDS).json()
        codes = [word for one in found for word in one["text"].split() if word.strip(".").isdigit()]
        codes = [code.strip(".") for code in codes if len(code.strip(".")) == 6]
        return codes[0] if codes else None

    return Canaries.plant("code", until(f"a code for {address}", newest))


def mailed_alarm(address):
    """What a notice to an address carries for whoever did not sign in."""

    def newest():
        found = requests.get(f"{SANDBOX}/messages", {"email": address}, timeout=SECONDS).json()
        links = [re.search(r"/not-me/([0-9A-Za-z_-]+)", one["text"]) for one in found]
        return next((link[1] for link in links if link), None)

    return Canaries.plant("alarm", until(f"a notice for {address}", newest))


def personal_number():
    """Of somebody born on the day of birth of `Customer`; the last digit checks the others."""
    digits = f"4140893{secrets.randbelow(10**6):06d}"
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(digits))
    return f"{digits}{total % 10}"


def test_what_belongs_where_it_is_typed_is_sealed(customer):
    # Some are too easy to guess; the first that is taken is looked for.
    pins = (f"{secrets.randbelow(900_000) + 100_000}" for _ in range(9))
    put = ((pin, customer.send("PUT", "/v1/me/factors/pin", json={"pin": pin})) for pin in pins)
    pin = next(pin for pin, answer in put if answer.status_code == 204)
    Canaries.plant("PIN", pin)
    device = good(customer.get("/v1/devices"))["items"][0]["device_id"]
    path = "/v1/sign-in/pin"
    body, proof = {"device_id": device, "pin": pin}, customer.proof("POST", path)
    entered = call("POST", path, json=body, address=customer.address, headers=proof)
    assert entered.status_code == 200, entered.text
    customer.take(entered.json())

    mailbox = Canaries.plant("mailbox", f"planted.{secrets.token_hex(6)}@planted.example")
    asked = good(customer.post("/v1/me/email", {"email": mailbox}), 202)
    code = mail_code(mailbox)
    proven = {"challenge_id": asked["challenge_id"], "code": code}
    assert customer.post("/v1/me/email/verify", proven).status_code == 204

    number = Canaries.plant("document", f"AC{secrets.randbelow(9_000_000) + 1_000_000}")
    personal = Canaries.plant("personal number", personal_number())
    body = {"number": number, "personal_number": personal, "expires_on": "2040-01-01"}
    declared = customer.send("PUT", "/v1/me/identity-document", json=body)
    assert declared.status_code == 204, declared.text


def test_a_reset_leaves_nothing(customer):
    seen = (customer.code,)
    started = good(call("POST", "/v1/password-reset", json={"phone": customer.phone}), 202)
    key = Canaries.plant("reset key", started["reset_key"])
    code = sms_code(customer.phone, seen=seen)
    body = {"reset_key": key, "code": code}
    assert call("POST", "/v1/password-reset/verify", json=body).status_code == 204
    number = Canaries.plant("document", f"AC{secrets.randbelow(9_000_000) + 1_000_000}")
    proof = {"method": "document", "number": number, "birth_date": "1993-08-14"}
    wrong = call("POST", "/v1/password-reset/prove", json={"reset_key": key, "proof": proof})
    assert 400 <= wrong.status_code < 500, wrong.text


def test_an_alarm_stops_the_customer_and_leaves_nothing():
    """What comes with the notice of a sign-in opens a page and stops the customer by the API."""
    person = Customer(proof=DeviceKey())
    mailbox = Canaries.plant("mailbox", f"planted.{secrets.token_hex(6)}@planted.example")
    asked = good(person.post("/v1/me/email", {"email": mailbox}), 202)
    proven = {"challenge_id": asked["challenge_id"], "code": mail_code(mailbox)}
    assert person.post("/v1/me/email/verify", proven).status_code == 204
    _, entered = person.sign_in(key=DeviceKey())
    tokens = good(entered, 200)
    Canaries.plant("token", tokens["access_token"])
    Canaries.plant("token", tokens["refresh_token"])
    alarm = mailed_alarm(mailbox)
    question = Browser().get(f"/not-me/{alarm}")
    assert question.status_code == 200, question.text[:1500]
    cut = alarm[:-2] + ("AA" if alarm[-2:] != "AA" else "BB")
    wrong = call("POST", "/v1/freeze/by-alarm", json={"alarm": cut})
    assert wrong.status_code in (400, 404), wrong.text
    assert person.get("/v1/me").status_code == 200
    good(call("POST", "/v1/freeze/by-alarm", json={"alarm": alarm}), 200)
    assert person.get("/v1/me").status_code == 401, "nobody was stopped"
