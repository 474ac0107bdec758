"""The panel of the staff: who comes in, and that what opens one door opens no other."""

import re

import pytest

from authenticator import PRESENT
from bank import ADMIN, ADMIN_SITE, API, ROOT, Browser, Customer, Forms, call, good, routes
from bank import set_cookies
from staff import Employee


@pytest.fixture(scope="module")
def employee():
    return Employee()


@pytest.fixture(scope="module")
def customer():
    return Customer(amount=None)


def filled(path):
    return re.sub(r"\{[^}]+\}", "x", path)


def test_a_passkey_signs_in(employee):
    assert employee.get("/").status_code == 200
    for name, _, attributes in [c for a in employee.answers for c in set_cookies(a)]:
        assert name.startswith("__Host-") and "secure" in attributes and "httponly" in attributes
        assert attributes["samesite"] in ("Strict", "Lax") and "domain" not in attributes


def test_a_link_works_once(employee):
    answer = Browser(ADMIN, ADMIN_SITE).get(employee.link)
    assert answer.status_code in (400, 403, 404, 409, 410, 422), answer.status_code


def test_a_wrong_answer_opens_nothing(employee):
    stranger = Employee()
    stranger.cookies = {}
    cases = {
        "nobody verified": {"flags": PRESENT},
        "nobody present": {"flags": 0},
        "another site": {"origin": "https://admin.okto.test.evil.example"},
        "the app of the customers": {"origin": "https://my.okto.test"},
        "another challenge": {"challenge": "A" * 43},
    }
    for what, wrong in cases.items():
        answer, _ = stranger.sign_in(**wrong)
        assert answer.status_code != 303, what
        assert stranger.get("/").status_code == 303, what
    done, fields = stranger.sign_in()
    assert done.status_code == 303
    stranger.cookies = {name: value for name, value in stranger.cookies.items()}
    fresh = Browser(ADMIN, ADMIN_SITE)
    token = Forms(fresh.get("/sign-in")).to("/sign-in")["fields"]
    again = fresh.request("POST", "/sign-in", data=fields | token)
    assert again.status_code != 303, "an answer that was used signs in again"


def test_a_staff_session_opens_nothing_of_the_api(employee):
    """Not as a cookie, and not as a token of either scheme."""
    cookies = "; ".join(f"{name}={value}" for name, value in employee.cookies.items())
    values = max(employee.cookies.values(), key=len)
    for method, path, who in routes("api"):
        if who != "Customer":
            continue
        for headers in (
            {"Cookie": cookies},
            {"Authorization": f"Bearer {values}"},
            {"Authorization": f"DPoP {values}"},
        ):
            answer = call(method, filled(path), base=API, headers=headers)
            assert (
                answer.status_code == 401
            ), f"{method} {path} {list(headers)}: {answer.status_code}"


def test_a_staff_session_opens_nothing_of_the_app(employee):
    """Whoever comes with it, under its own name or that of the app's cookie, is a stranger there."""
    app = Browser().sign_up()
    session = max(employee.cookies.values(), key=len)
    own = {name: session for name, value in app.cookies.items() if len(value) > 20}
    assert own, app.cookies
    tried = 0
    for method, path, who in routes("web"):
        if "Customer" not in who:
            continue
        path = re.sub(r"\{\*?\w+\}", "x", path)
        nobody = Browser().request(method, path)
        assert nobody.status_code in (303, 400, 401, 404, 413), f"{method} {path}: {nobody}"
        for cookies in (employee.cookies, own, employee.cookies | own):
            line = "; ".join(f"{name}={value}" for name, value in cookies.items())
            answer = Browser().request(method, path, headers={"Cookie": line})
            led = answer.headers.get("Location")
            same = (answer.status_code, led) == (
                nobody.status_code,
                nobody.headers.get("Location"),
            )
            # Of a cookie that is no session the bank says that the session is over.
            over = answer.status_code == 303 and led.startswith("/sign-in")
            assert same or over, f"{method} {path}: {answer.status_code} leads to {led}"
        tried += 1
    assert tried > 40, tried


def test_nothing_of_a_customer_opens_the_panel(customer):
    app = Browser().sign_up()
    intruder = Browser(ADMIN, ADMIN_SITE)
    for method, path, who in routes("admin"):
        if "Anyone" in who or "Guest" in who:
            continue
        for headers in (
            {"Authorization": f"Bearer {customer.access}"},
            {"Cookie": "; ".join(f"{n}={v}" for n, v in app.cookies.items())},
            {
                "Cookie": "; ".join(
                    f"{n}={v}"
                    for n, v in zip(
                        ["__Host-staff", "__Host-session", "__Host-s"],
                        [max(app.cookies.values(), key=len)] * 3,
                    )
                )
            },
        ):
            answer = intruder.request(method, filled(path), headers=headers)
            assert answer.status_code in (303, 400, 401, 403, 404), f"{method} {path}: {answer}"
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/sign-in"), f"{method} {path}"


# What a role may do, from the table that the policies are compared with.
RIGHTS = ROOT / "docs" / "generated" / "permissions.md"
# The permission that a route needs, by the word of the table of routes.
RIGHT = re.compile(r"With\((\w+)$")


def rights(role):
    """The permissions of a role, in the words of the table of routes."""
    head, _, *rows = [line for line in RIGHTS.read_text().splitlines() if line.startswith("|")]
    column = [cell.strip(" `") for cell in head.split("|")].index(role)
    cells = [[cell.strip(" `") for cell in row.split("|")] for row in rows]
    return {"".join(re.split(r"[._]", row[1].title())) for row in cells if row[column]}


@pytest.fixture(scope="module")
def things(employee, customer):
    """What is there: a customer with a session and a device, a case, an employee, a proposal, an
    event, terms with a draft."""
    user = good(customer.get("/v1/me"))["customer_id"]
    session = good(customer.get("/v1/sessions"))["items"][0]["session_id"]
    other = Customer(amount=None)
    frozen = good(other.get("/v1/me"))["customer_id"]
    reason = "The customer asked for it by telephone."
    path = f"/customers/{frozen}/freeze"
    assert employee.submit(path, path, reason=reason).status_code == 303
    path = f"/customers/{frozen}/unfreeze"
    assert employee.submit(path, path, reason=reason).status_code == 303
    links = Forms(employee.get("/approvals?list=own")).links
    approval = next(link for link in links if re.fullmatch(r"/approvals/apv_\w+", link))
    links = Forms(employee.get("/cases")).links
    case = next(link for link in links if re.fullmatch(r"/cases/\w+", link))
    auditor = Employee("auditor")
    links = Forms(auditor.get("/audit")).links
    event = next(link for link in links if re.fullmatch(r"/audit/\w+", link))
    boss = Employee("administrator")
    links = Forms(boss.get("/staff")).links
    member = next(link for link in links if re.fullmatch(r"/staff/stf_\w+", link))
    accountant = Employee("accountant")
    book = "/terms/tariff.transfer.internal"
    links = Forms(accountant.get(book)).links
    edition = next(link for link in links if re.fullmatch(r"/terms/edition/edn_\w+", link))
    kept = accountant.submit(f"{book}/draft", f"{book}/draft", body="{}")
    assert kept.status_code == 303, f"{kept.status_code} {kept.text[:1500]}"
    draft = kept.headers["Location"].partition("?")[0]
    return {
        "/customers/{id}": f"/customers/{user}",
        "/approvals/{id}": approval,
        "/cases/{id}": case,
        "/audit/{id}": event,
        "/staff/{id}": member,
        "/terms/{book}": book,
        "/terms/draft/{id}": draft,
        "/terms/edition/{id}": edition,
        # Whoever may not look is refused before anybody looks whether it is there.
        "/books/breaks/{id}": "/books/breaks/brk_019ab2c47d107c3e8f000123456789ab",
        "/books/queue/{id}": "/books/queue/doc_019ab2c47d107c3e8f000123456789ab",
        "{day}": "2026-11-30",
        "{asset}": "USD",
        "{name}": "day",
        "{session}": session,
        "{device}": "dev_019ab2c47d107c3e8f000123456789ab",
    }


FIELDS = {
    "q": "90 000 00 01",
    "field": "phone",
    "reason": "A test of what is not allowed.",
    "decision": "approve",
    "outcome": "false_alarm",
    "role": "auditor",
    "name": "Somebody New",
    "email": "new@okto.example",
    "body": "{}",
    "day": "2030-01-01",
    "time": "00:00",
    "owner": "stf_019ab2c47d107c3e8f000123456789ab",
    "ceiling": "1000",
    "of": "op_019ab2c47d107c3e8f000123456789ab",
    "amount": "1",
    "how": "explained",
    "evidence": "Letter 17",
}


@pytest.mark.parametrize("role", ["support", "auditor", "accountant", "administrator"])
def test_whoever_has_not_the_right_is_refused(role, things):
    """By every route that needs one, at the address of something that is there."""
    employee, allowed, tried = Employee(role), rights(role), 0
    token = {"_csrf": Forms(employee.get("/me")).to("/sign-out")["fields"]["_csrf"]}
    for method, path, who in routes("admin"):
        needed = RIGHT.search(who)
        if not needed or needed[1] in allowed:
            continue
        for name, real in things.items():
            path = path.replace(name, real)
        assert "{" not in path, path
        fields = FIELDS | token if method == "POST" else None
        answer = employee.request(method, path, data=fields)
        assert answer.status_code == 403, f"{method} {path} as {role}: {answer.status_code}"
        for personal in ("Rahimova", "Nodira", "1993"):
            assert personal not in answer.text, f"{method} {path} as {role} tells {personal}"
        tried += 1
    assert tried >= 10, f"{role}: {tried}"
    assert employee.get("/").status_code == 200, "and is signed in still"


def test_a_signed_out_cookie_is_nothing():
    employee = Employee()
    kept = dict(employee.cookies)
    employee.submit("/me", "/sign-out")
    employee.cookies = kept
    assert employee.get("/").status_code == 303
