"""What somebody sends who means ill: requests that no client of ours would make."""

import html
import re
import socket
import urllib.parse

import pytest

from bank import (
    API,
    SITE,
    WEB,
    Browser,
    Customer,
    Forms,
    call,
    new_address,
    new_phone,
    routes,
    with_body,
)

# What an answer must never tell.
INSIDES = re.compile(
    # Alone: tokens are made at random, of letters too.
    r"(?<![\w-])sqlx(?![\w-])|postgres|panicked|backtrace|src/[a-z_]+\.rs|/root/|/home/|thread '"
    r"|(?<!<)SELECT |INSERT ",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def customer():
    return Customer()


@pytest.fixture(scope="module")
def browser():
    browser = Browser().sign_up()
    # Without an account there is nothing to search in.
    browser.open_account()
    yield browser
    assert browser.get("/").status_code == 200, "what was tried last was tried as nobody"


def says_nothing(answer, typed="\0"):
    """Words that are meant for strangers, beside what they typed themselves."""
    assert answer.status_code < 500, f"{answer.request.method} {answer.url}: {answer.status_code}"
    told = INSIDES.search(answer.text.replace(html.escape(typed, quote=False), ""))
    assert not told, f"{answer.url}: {told[0]} in {answer.text[:500]}"


def refused(answer):
    says_nothing(answer)
    assert 400 <= answer.status_code, f"{answer.url}: {answer.status_code} {answer.text[:200]}"


TWICE = [
    "%2527",
    "%252e%252e%252f",
    "%252F",
    "%2500",
    "%25C0%25AE",
    "%c0%ae",
    "%00",
    "%ff",
    "%u0041",
]


@pytest.mark.parametrize("text", TWICE)
def test_nothing_is_decoded_twice(customer, browser, text):
    for path in ("/v1/accounts/", "/v1/documents/", "/v1/verify/", "/problems/", "/docs/"):
        refused(customer.get(path + text))
    for path in ("/accounts/", "/operations/", "/documents/", "/help/", "/verify/", "/a/"):
        refused(browser.get(path + text))
    # In a query it is what it says after one decoding: no payee, no text that matches.
    found = browser.get(f"/activity?q={text}")
    says_nothing(found)
    says_nothing(customer.get(f"/v1/operations?q={text}"))


PLACES = [
    "/.git/HEAD",
    "/.git/config",
    "/.env",
    "/.svn/entries",
    "/Cargo.toml",
    "/Cargo.lock",
    "/server-status",
    "/metrics",
    "/actuator",
    "/debug",
    "/phpinfo.php",
    "/admin",
    "/sandbox",
    "/messages",
    "/root-key",
    "/demo-logins.json",
    "/okto.log",
    "/static/",
    "/a/",
    "/fonts/",
    "/swagger.json",
    "/.well-known/security.txt~",
    "/backup.sql",
    "/index.php",
]
CLIMBS = [
    "/a/../Cargo.toml",
    "/a/%2e%2e/%2e%2e/Cargo.toml",
    "/docs/../../etc/passwd",
    "/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/a/..%5c..%5cCargo.toml",
    "//etc/passwd",
    "/docs//etc/passwd",
    "/a/....//Cargo.toml",
    "/a/%2fetc/passwd",
]


@pytest.mark.parametrize("base", [API, WEB])
def test_nothing_lies_about(base):
    for path in PLACES + CLIMBS:
        # Not through `requests`, which would walk the dots itself.
        status, head, body = raw(
            base, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert status in (303, 400, 401, 404), f"{base}{path}: {status} {body[:200]}"
        assert "root:" not in body and "[package]" not in body and "repositoryformat" not in body
        if status == 303:
            assert "location: /" in head.lower(), f"{base}{path} leads to {head}"


def raw(base, text):
    """One request as it is, to the end of the answer."""
    host = urllib.parse.urlsplit(base)
    with socket.create_connection((host.hostname, host.port), timeout=10) as line:
        line.sendall(text.encode("latin-1"))
        answer = b""
        line.settimeout(5)
        try:
            while part := line.recv(65536):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
    head, _, body = answer.decode("latin-1").partition("\r\n\r\n")
    status = re.match(r"HTTP/1\.1 (\d+)", head)
    return (int(status[1]) if status else 0), head, body


# RFC 9112, 6.3: chunks win over a length. 2.2: a line may end without the return.
READ_ALIKE = ("a length and chunks", "chunks in two words", "a bare line end")
HIDDEN = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "a length and chunks": f"Content-Length: {5 + len(HIDDEN)}\r\nTransfer-Encoding: chunked\r\n",
    "chunks spelt oddly": f"Content-Length: {5 + len(HIDDEN)}\r\nTransfer-Encoding: xchunked\r\n",
    "chunks after a space": "Transfer-Encoding : chunked\r\n",
    "chunks in two words": "Transfer-Encoding: identity, chunked\r\nContent-Length: 5\r\n",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "two lengths": "Content-Length: 0\r\nContent-Length: 5\r\n",
    "a list of lengths": "Content-Length: 0, 5\r\n",
    "a length with a sign": "Content-Length: +5\r\n",
    "a negative length": "Content-Length: -1\r\n",
    "a folded line": "X-A: b\r\n Content-Length: 5\r\n",
    "a bare line end": "X-A: b\nContent-Length: 5\r\n",
    "a zero byte": "X-A: b\0c\r\n",
}


@pytest.mark.parametrize("base", [API, WEB])
@pytest.mark.parametrize("how", SMUGGLED)
def test_no_request_hides_in_another(base, how):
    head = f"POST /health/live HTTP/1.1\r\nHost: x\r\n{SMUGGLED[how]}\r\n"
    host = urllib.parse.urlsplit(base)
    with socket.create_connection((host.hostname, host.port), timeout=10) as line:
        line.sendall((head + "0\r\n\r\n" + HIDDEN).encode("latin-1"))
        answer = b""
        line.settimeout(1.5)
        try:
            while part := line.recv(65536):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    if how in READ_ALIKE:
        # Both ends of any line read these alike, so the second is a request of its own.
        assert 1 <= len(statuses) <= 2, answer
    else:
        assert statuses == [b"400"], f"{how}: {answer[:300]}"


@pytest.mark.parametrize("base", [API, WEB])
def test_only_methods_of_the_route_work(base, customer):
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "OPTIONS", "LOCK", "FOO"):
        answer = raw(
            base, f"{method} / HTTP/1.1\r\nHost: x\r\nX-Secret: 1\r\nConnection: close\r\n\r\n"
        )
        assert answer[0] in (400, 405), f"{method}: {answer}"
        assert "X-Secret" not in answer[2]
    override = {
        "X-HTTP-Method-Override": "DELETE",
        "X-Method-Override": "DELETE",
        "_method": "DELETE",
    }
    assert customer.send("GET", "/v1/me", headers=override).status_code == 200


CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def test_nothing_changes_by_reading(customer, browser):
    """No route that changes something can be reached with a method that only reads."""
    for door, ask in (("api", customer.send), ("web", browser.request)):
        reads = {path for method, path, _ in routes(door) if method == "GET"}
        for method, path, _ in routes(door):
            if method in CHANGES and path not in reads:
                path = re.sub(r"\{[^}]+\}", "x", path)
                for safe in ("GET", "HEAD"):
                    answer = ask(safe, path)
                    assert answer.status_code in (303, 400, 404, 405), f"{safe} {path}: {answer}"


FOREIGN = [
    "https://evil.example",
    "null",
    f"{SITE}.evil.example",
    SITE.replace("https", "http"),
    "https://evil-" + SITE.removeprefix("https://"),
    f"{SITE}:8443",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_sites_are_told_nothing(customer, browser, origin):
    asks = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for answer in (
        customer.send("GET", "/v1/me", headers={"Origin": origin}),
        customer.send("OPTIONS", "/v1/transfers", headers=asks),
        call("OPTIONS", "/v1/sign-in", headers=asks),
        browser.request("GET", "/", headers={"Origin": origin}),
        browser.request("OPTIONS", "/pay", headers=asks),
    ):
        told = [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert told == [], f"{answer.url}: {told}"


def forms_of(browser):
    """Every route of the app that changes something for a signed-in customer."""
    return [
        path
        for method, path, who in routes("web")
        if method == "POST" and "Customer" in who and "{" not in path
    ]


def test_no_form_comes_from_elsewhere(browser):
    """A token is of its visitor and session, and a page of another site is not believed."""
    stranger = Browser().sign_up()
    own = Forms(browser.get("/profile"))
    token = next(form["fields"] for form in own.forms if form["action"] == "/sign-out")
    other = Forms(stranger.get("/profile"))
    foreign = next(form["fields"] for form in other.forms if form["action"] == "/sign-out")
    for path in forms_of(browser):
        cases = [
            ({}, {}),
            (foreign, {}),
            ({name: value[:-2] + "AA" for name, value in token.items()}, {}),
            (token, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
            (token, {"Sec-Fetch-Site": "same-site"}),
            (token, {"Origin": None, "Sec-Fetch-Site": None}),
            (token, {"Origin": "null", "Sec-Fetch-Site": None}),
        ]
        for fields, headers in cases:
            answer = browser.request("POST", path, data=fields, headers=headers)
            assert answer.status_code == 400, f"POST {path} {headers}: {answer.status_code}"
        plain = {"Content-Type": "text/plain"}
        answer = browser.request("POST", path, data="a=b", headers=plain)
        assert answer.status_code in (400, 415), f"POST {path} as text: {answer.status_code}"
    assert browser.get("/").status_code == 200, "none of that signed the customer out"


def test_a_body_that_a_page_could_send_is_refused(customer):
    for method, path in sorted(with_body()):
        path = re.sub(r"\{[^}]+\}", "x", path)
        for kind in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            None,
        ):
            headers = {"Content-Type": kind} if kind else {}
            answer = customer.send(method, path, data='{"a":1}', headers=headers)
            assert answer.status_code in (400, 404, 415), f"{method} {path} {kind}: {answer}"


@pytest.mark.parametrize("door", ["api", "web"])
def test_a_forged_address_is_no_other_address(door):
    """The proxy adds the true address at the right; whatever stands left of it is a claim."""
    mine, phone, seen = new_address(), new_phone(), set()
    for _ in range(40):
        forged = {
            "X-Forwarded-For": f"{new_address()}, 203.0.113.7, {mine}",
            "X-Real-IP": new_address(),
            "Forwarded": f"for={new_address()}",
            "True-Client-IP": new_address(),
            "CF-Connecting-IP": new_address(),
            "X-Client-IP": new_address(),
        }
        if door == "api":
            body = {"phone": phone, "password": "wrong-Password-19"}
            answer = call("POST", "/v1/sign-in", json=body, headers=forged)
        else:
            browser = Browser()
            page = browser.get("/sign-in", headers=forged)
            fields = Forms(page).to("/sign-in")["fields"]
            fields |= {"phone": phone, "password": "wrong-Password-19"}
            answer = browser.request("POST", "/sign-in", data=fields, headers=forged)
        seen.add(answer.status_code)
        if answer.status_code == 429:
            break
    assert 429 in seen, f"{door}: forty guesses with forged addresses were all looked at: {seen}"


AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.example",
    "///evil.example",
    "http://evil.example@my.okto.test/",
    "/\t/evil.example",
    ".evil.example",
]


@pytest.mark.parametrize("target", AWAY)
def test_nobody_is_led_away(browser, target):
    """No address that a stranger wrote into a link becomes one that the bank leads to."""
    quoted = urllib.parse.quote(target, safe="")
    stranger = Browser()
    for name in ("next", "return_to", "back", "url", "continue", "redirect", "to"):
        for path in ("/sign-in", "/welcome", "/sign-up", "/pay"):
            for who in (stranger, browser):
                check_target(who.get(f"{path}?{name}={quoted}"))
    for page, action in (("/welcome", "/language"), ("/profile", "/language")):
        who = stranger if page == "/welcome" else browser
        form = next(f for f in Forms(who.get(page)).forms if f["fields"])
        fields = form["fields"] | {"_lang": "ru", "_back": target, "back": target}
        check_target(who.request("POST", action, data=fields))
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Original-URL": target.strip(),
    }
    for path in ("/", "/sign-in", "/docs"):
        for base in (API, WEB):
            answer = call("GET", path, base=base, headers=evil if "\t" not in target else None)
            check_target(answer)
            assert "evil.example" not in answer.text


def check_target(answer):
    says_nothing(answer)
    target = answer.headers.get("Location")
    if target is not None:
        where = urllib.parse.urlsplit(urllib.parse.urljoin(f"{SITE}/x", target.replace("\\", "/")))
        own = where.netloc in (urllib.parse.urlsplit(SITE).netloc,) and where.scheme == "https"
        assert own, f"{answer.url} leads to {target}"
        assert target.startswith("/") and not target.startswith("//"), target


def test_no_line_is_added_to_the_head(browser, customer):
    for text in ("%0d%0aX-Evil:%20yes", "%0aX-Evil:%20yes", "%E5%98%8A%E5%98%8DX-Evil:yes"):
        for answer in (
            browser.get(f"/activity?q={text}"),
            browser.get(f"/pay?to={text}"),
            browser.get(f"/help/{text}"),
            browser.get(f"/activity/export.csv?q={text}"),
            customer.get(f"/v1/operations?q={text}"),
            call("GET", f"/problems/{text}"),
        ):
            says_nothing(answer)
            assert "X-Evil" not in answer.headers


def test_what_is_said_twice_is_not_chosen_from(customer, browser):
    """Of two values of one name none is taken, or both readers take the same one."""
    twice = '{"phone": "+998900000001", "phone": "+998900000002", "password": "x"}'
    headers = {"Content-Type": "application/json"}
    assert call("POST", "/v1/sign-in", data=twice, headers=headers).status_code == 400
    refused(customer.get("/v1/operations?limit=1&limit=2"))
    status, _, body = raw(
        API,
        "GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {customer.access}\r\nAuthorization: Bearer x\r\n\r\n",
    )
    assert status in (400, 401), body
    name = next(name for name in browser.cookies if len(browser.cookies[name]) > 40)
    cookies = "; ".join(f"{n}={v}" for n, v in browser.cookies.items())
    kept = dict(browser.cookies)
    doubled = browser.get("/profile", headers={"Cookie": f"{cookies}; {name}=x"})
    # The bank takes the cookie away, as one of both was planted.
    browser.cookies = kept
    assert doubled.status_code in (303, 400), "two cookies of one name: one was planted"


def test_no_page_is_a_file(customer, browser):
    """An address that looks like a file to a cache in between is no page of somebody's."""
    for path in (
        "/profile/x.css",
        "/activity/x.js",
        "/.css",
        "/profile;x.css",
        "/profile%2Fx.css",
        "/profile%00.css",
        "/activity/..%2fprofile.png",
    ):
        answer = browser.get(path)
        assert answer.status_code in (303, 400, 404), f"{path}: {answer.status_code}"
    for path in ("/v1/me/x.css", "/v1/me.css", "/v1/accounts.json", "/v1/me%2Fx.js"):
        assert customer.get(path).status_code == 404, path


def test_unknown_fields_are_refused(customer):
    """Nothing can be set that the request is not meant to set."""
    extra = {"role": "admin", "is_staff": True, "user_id": "1", "balance": "1", "aal": 3, "id": 1}
    for method, path in sorted(with_body()):
        path = re.sub(r"\{[^}]+\}", "x", path)
        answer = customer.send(method, path, json=extra, headers={"Idempotency-Key": "x"})
        assert answer.status_code in (400, 401, 403, 404), f"{method} {path}: {answer.status_code}"
    answer = customer.send("PATCH", "/v1/me", json={"language": "en", "role": "admin"})
    assert answer.status_code == 400


def test_what_is_too_much_is_refused(customer, browser):
    deep = "[" * 8_000 + "]" * 8_000
    headers = {"Content-Type": "application/json"}
    for text in (deep, '{"a":' * 3_000 + "1" + "}" * 3_000, "9" * 16_000, '"' + "a" * 16_000 + '"'):
        refused(call("POST", "/v1/sign-in", data=text, headers=headers))
    large = call("POST", "/v1/sign-in", data="x" * 20_000, headers=headers)
    assert large.status_code == 413
    assert browser.request("POST", "/pay", data={"note": "x" * 20_000}).status_code == 413
    assert customer.get("/v1/operations?q=" + "x" * 5_000).status_code in (400, 413, 414)


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{7*7}}${7*7}",
    "</textarea><svg/onload=alert(1)>",
    "\u2028</script>",
    "javascript:alert(1)",
    "%3Cscript%3E",
]
QUERIES = [
    "' OR '1'='1",
    "1; DROP TABLE auth_user--",
    "' UNION SELECT null,null--",
    "\\'; SELECT pg_sleep(9)--",
    "1)) OR 1=1--",
    "%' AND 1=1--",
    "$$;SELECT 1",
    "*)(uid=*",
    "../../etc/passwd",
    "`id`",
    "$(id)",
    "=1+1",
]


@pytest.mark.parametrize("text", MARKUP + QUERIES)
def test_what_is_typed_stays_text(browser, customer, text):
    """In every field of every form and every query of the app, for signed-in customers."""
    quoted = urllib.parse.quote(text, safe="")
    pages = [
        browser.get(f"/activity?q={quoted}"),
        browser.get(f"/pay?to={quoted}&note={quoted}&amount={quoted}"),
        browser.get(f"/products/open?asset={quoted}"),
        browser.get(f"/activity?period={quoted}&from={quoted}"),
        browser.get(f"/verify/{quoted}"),
        customer.get(f"/v1/operations?q={quoted}"),
        customer.get(f"/v1/operations?cursor={quoted}"),
    ]
    # The search is looked at, and not refused for another reason.
    if "\u2028" not in text:
        assert [pages[0].status_code, pages[5].status_code] == [200, 200], text
    for page in ("/pay", "/profile/name"):
        for form in Forms(browser.get(page)).forms:
            if form.get("method", "get").lower() == "post" and form["action"] not in (
                "/sign-out",
                "/language",
            ):
                fields = {
                    name: (value if name.startswith("_") else text)
                    for name, value in form["fields"].items()
                }
                pages.append(browser.request("POST", form["action"], data=fields))
    for field in ("phone", "password", "code"):
        pages.append(
            call(
                "POST",
                "/v1/sign-in",
                json={"phone": "+998901234567", "password": text, field: text},
            )
        )
    for page in pages:
        says_nothing(page, text)
        if "html" in page.headers.get("Content-Type", ""):
            for piece in ("<script>alert", "<img src=x", "<svg/onload"):
                assert piece not in page.text, f"{page.url}: {piece}"
            assert "49" not in page.text or "7*7" not in text or "{{7*7}}" in page.text
