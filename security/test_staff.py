"""The panel of the staff: who comes in, and that what opens one door opens no other."""

import re

import pytest

from authenticator import PRESENT
from bank import ADMIN, ADMIN_SITE, API, Browser, Customer, Forms, call, routes, set_cookies
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


def test_support_does_not_do_what_is_not_theirs(employee):
    """An employee without the right is refused by every route that needs one."""
    allowed = {path for method, path, who in routes("admin") if method == "GET"}
    seen = {path: employee.get(filled(path)).status_code for path in allowed}
    assert any(status in (403, 404) for status in seen.values()), seen
    assert all(status < 500 for status in seen.values()), seen


def test_a_signed_out_cookie_is_nothing():
    employee = Employee()
    kept = dict(employee.cookies)
    employee.submit("/me", "/sign-out")
    employee.cookies = kept
    assert employee.get("/").status_code == 303
