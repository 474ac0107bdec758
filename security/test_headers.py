"""Walks every route of every door, as nobody and as a customer, and looks at what stands around the
answers: headers, cookies, and what may be kept of them."""

import re

import pytest

from bank import API, ENDS, SITE, WEB, Browser, Customer, call, routes, set_cookies

# Answers that are the same for everybody, and may be kept.
PUBLIC = re.compile(r"^/(a/|sw\.js|manifest\.webmanifest|robots\.txt|\.well-known/|oauth/jwks)")
ONE_YEAR = 31_536_000


@pytest.fixture(scope="module")
def walked():
    """Every answer of the app and the API to everybody."""
    customer, browser, stranger = Customer(), Browser().sign_up(), Browser()
    own = {"account_id": customer.account["account_id"], "id": "x", "code": "X" * 16}
    own["currency"] = "USD"
    answers = []
    for method, path, _ in routes("api"):
        path = re.sub(r"\{\*?(\w+)\}", lambda place: own.get(place[1], "index.html"), path)
        if path.endswith(ENDS):
            continue
        answers.append(call(method, path))
        answers.append(customer.send(method, path))
    links = set()
    for method, path, _ in routes("web"):
        path = re.sub(r"\{\*?\w+\}", "x", path)
        if path in ("/events", "/sign-out"):
            continue
        answers.append(stranger.request(method, path))
        page = browser.request(method, path)
        answers.append(page)
        links |= set(re.findall(r'href="(/[^"#]*)"', page.text))
    # What real pages lead to: accounts, files, documents.
    for link in sorted(links)[:60]:
        answers.append(browser.get(link.replace("&amp;", "&")))
    for method, path in (("GET", "/nothing"), ("POST", "/nothing"), ("PUT", "/profile")):
        answers.append(browser.request(method, path))
    browser.submit("/profile", "/sign-out")
    answers = [answer for answer in answers if not of_app(answer)]
    answers += browser.answers + stranger.answers
    assert len(answers) > 150
    return answers


def is_page(answer):
    return answer.headers.get("Content-Type", "").startswith("text/html")


def of_app(answer):
    return answer.url.startswith(WEB)


def path_of(answer):
    return answer.url.removeprefix(WEB).removeprefix(API)


def test_every_answer_is_what_its_type_says(walked):
    for answer in walked:
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", answer.url
        if not PUBLIC.match(path_of(answer)):
            assert answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin", answer.url
        kind = answer.headers.get("Content-Type")
        if answer.content:
            assert kind, f"{answer.url}: a body without a type"
        if kind and kind.startswith("text/"):
            assert "charset=utf-8" in kind.lower(), f"{answer.url}: {kind}"


def test_every_answer_says_that_it_speaks_tls_only(walked):
    for answer in walked:
        said = answer.headers.get("Strict-Transport-Security", "")
        seconds = re.match(r"max-age=(\d+); includeSubDomains", said)
        assert (seconds and int(seconds[1]) >= ONE_YEAR) or PUBLIC.match(
            path_of(answer)
        ), answer.url


def test_every_answer_has_a_policy(walked):
    """Nothing but this site's own, no plug-ins, no foreign base, no frame around it."""
    for answer in walked:
        policy = answer.headers.get("Content-Security-Policy", "")
        if PUBLIC.match(path_of(answer)) and not policy:
            assert not is_page(answer), answer.url
            continue
        parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
        assert parts.get("default-src") == ["'none'"], f"{answer.url}: {policy}"
        # A file of the app is no page, and shows nothing in a frame.
        if is_page(answer) or not PUBLIC.match(path_of(answer)):
            assert parts.get("frame-ancestors") == ["'none'"], f"{answer.url}: {policy}"
        # Without a name they are what default-src says; base-uri has no default.
        assert parts.get("object-src", ["'none'"]) == ["'none'"]
        assert "http" not in policy and "*" not in policy, f"{answer.url}: {policy}"
        # What is shown without a network has no script at all.
        if is_page(answer) and of_app(answer) and path_of(answer) != "/offline":
            assert parts["base-uri"] == ["'none'"] and parts["form-action"] == ["'self'"]
            (script,) = parts["script-src"]
            assert re.fullmatch(r"'nonce-[A-Za-z0-9_-]{22,}'", script), policy
            assert "unsafe" not in policy, policy
            assert parts["require-trusted-types-for"] == ["'script'"]
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "camera=()" in answer.headers["Permissions-Policy"]


def test_no_two_pages_share_a_nonce(walked):
    nonces = [
        found[1]
        for answer in walked
        if is_page(answer) and of_app(answer)
        if (found := re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
    ]
    assert len(set(nonces)) == len(nonces) > 20


def test_no_other_site_learns_an_address(walked):
    for answer in walked:
        if not PUBLIC.match(path_of(answer)):
            said = answer.headers.get("Referrer-Policy")
            assert said in ("no-referrer", "same-origin"), f"{answer.url}: {said}"


def test_what_is_somebodys_is_kept_nowhere(walked):
    for answer in walked:
        said = answer.headers.get("Cache-Control", "")
        if not PUBLIC.match(path_of(answer)):
            assert "no-store" in said, f"{answer.url}: {said}"
        elif "no-store" not in said:
            assert not list(set_cookies(answer)), f"{answer.url}: a cookie in what may be kept"


def test_every_cookie_is_this_sites_alone(walked):
    assert SITE.startswith("https://")
    seen = {}
    for answer in walked:
        for name, value, attributes in set_cookies(answer):
            where = f"{answer.url}: {name} {attributes}"
            assert name.startswith("__Host-"), where
            assert "secure" in attributes and "httponly" in attributes, where
            assert attributes.get("path") == "/" and "domain" not in attributes, where
            assert attributes.get("samesite") in ("Lax", "Strict"), where
            assert len(name) + len(value) < 4_096, where
            if len(value) > 20:
                assert value not in answer.text, f"{answer.url}: the value of {name} in the page"
            seen[name] = seen.get(name, 0) + 1
    assert len(seen) >= 2, seen


def test_no_cookie_comes_from_the_api(walked):
    for answer in walked:
        if answer.url.startswith(API):
            assert not list(set_cookies(answer)), answer.url


def test_the_api_leads_nobody_from_a_plain_line_to_tls(walked):
    """A client that begins in the open would have sent its token already."""
    seen = [answer for answer in walked if answer.url.startswith(API)]
    assert len(seen) > 50
    for answer in seen:
        led = answer.headers.get("Location", "")
        assert not led.startswith("http"), f"{answer.url} leads to {led}"


def test_nothing_tells_what_serves_it(walked):
    for answer in walked:
        for name in ("Server", "X-Powered-By", "Via", "X-AspNet-Version"):
            assert name not in answer.headers, f"{answer.url}: {name}"
        assert answer.headers.get("X-Request-Id") or PUBLIC.match(path_of(answer)), answer.url


def test_files_have_names_that_the_bank_chose():
    customer, browser = Customer(), Browser().sign_up()
    for answer in (
        browser.get("/activity/export.csv"),
        browser.get("/activity/export.csv?filename=../x.html&q=%22;x.html"),
        customer.get("/v1/operations?format=csv"),
    ):
        said = answer.headers.get("Content-Disposition")
        if answer.status_code == 200 and said:
            assert re.fullmatch(r'attachment; filename="[A-Za-z0-9_.-]+"', said), said


def test_a_sign_out_takes_everything_with_it():
    browser = Browser().sign_up()
    kept = dict(browser.cookies)
    answer = browser.submit("/profile", "/sign-out")
    cleared = {name for name, value, _ in set_cookies(answer) if value == ""}
    assert cleared, "the cookie of the session stays"
    browser.cookies = kept
    assert browser.get("/profile").status_code == 303, "the old cookie still opens the account"
