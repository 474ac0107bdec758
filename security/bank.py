"""The bank under test, from outside: its addresses, its customers, browsers of theirs, and the
messages that it sent. bin/security starts it."""

import base64
import json
import os
import re
import secrets
import subprocess
import time
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent


def given(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set: start the tests with bin/security")
    return value


API = given("OKTO_SECURITY_API")
WEB = given("OKTO_SECURITY_WEB")
SANDBOX = given("OKTO_SECURITY_SANDBOX")
DIR = Path(given("OKTO_SECURITY_DIR"))
PROGRAM = given("OKTO_SECURITY_PROGRAM")
# The address under which customers know the app. Tests come on a plain line, as from the proxy
# that ends TLS.
SITE = given("OKTO_SECURITY_SITE")
# The same of the API: what proofs of keys name.
API_SITE = given("OKTO_SECURITY_API_SITE")
# The panel of the staff, and its address.
ADMIN = given("OKTO_SECURITY_ADMIN")
ADMIN_SITE = given("OKTO_SECURITY_ADMIN_SITE")
SECONDS = 20


class Canaries:
    """What must be found neither in the database nor in a log. Kept in a file, because the search
    runs when everything else has."""

    FILE = Path(given("OKTO_SECURITY_PRIVATE")) / "canaries.jsonl"

    @classmethod
    def plant(cls, kind, value):
        with cls.FILE.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "value": value}) + "\n")
        return value

    @classmethod
    def all(cls):
        lines = cls.FILE.read_text(encoding="utf-8").splitlines()
        unique = {(one["kind"], one["value"]) for one in map(json.loads, lines)}
        return sorted(unique)


def until(what, ask, seconds=15):
    """Asks until there is an answer, for what happens a little later."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


def new_address():
    """One of the block kept for documentation (RFC 3849), in a network of its own: what one test
    does to the limits per address is no concern of the next."""
    parts = [secrets.token_hex(2) for _ in range(3)]
    return f"2001:db8:{parts[0]}:{parts[1]}::{parts[2]}"


def new_phone():
    return f"+99890{secrets.randbelow(9_990_000) + 10_000:07d}"


def new_password():
    return Canaries.plant("password", f"anor-{secrets.token_urlsafe(9)}-Daryo")


def new_key():
    """A version 7 UUID."""
    bits = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64
    bits |= 2 << 62 | secrets.randbits(62)
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def card_number(prefix="8600"):
    """Sixteen digits that pass the check of Luhn, as those of a card."""
    digits = prefix + "".join(secrets.choice("0123456789") for _ in range(11))
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return Canaries.plant("card", f"{digits}{-total % 10}")


def sms_code(phone, seen=()):
    """The code of the newest message to a phone that is not one of `seen`."""
    digits = re.sub(r"\D", "", phone)

    def newest():
        messages = requests.get(f"{SANDBOX}/messages", {"phone": digits}, timeout=SECONDS).json()
        codes = [re.search(r"(?<!\d)\d{6}(?!\d)", message["text"]) for message in messages]
        codes = [code[0] for code in codes if code]
        return codes[0] if codes and codes[0] not in seen else None

    return Canaries.plant("code", until(f"a code for {phone}", newest))


def okto(*arguments, check=True):
    """One command of the program."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["OKTO_DIR"] = str(DIR)
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"okto {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done


def call(method, path, *, base=API, address=None, headers=None, **more):
    """One request of the API; follows nothing."""
    headers = {"X-Forwarded-For": address or new_address(), **(headers or {})}
    return requests.request(
        method, base + path, headers=headers, timeout=SECONDS, allow_redirects=False, **more
    )


def good(answer, status=None):
    """The JSON of an answer that must be a good one."""
    fine = answer.ok if status is None else answer.status_code == status
    assert fine, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.content else None


class Customer:
    """Somebody who signed up, with an account and money."""

    def __init__(self, proof=None, amount="500000"):
        self.phone, self.password, self.address = new_phone(), new_password(), new_address()
        self.key = proof
        Canaries.plant("phone", self.phone.removeprefix("+"))
        started = good(self.post("/v1/sign-up", {"phone": self.phone}))
        self.code = sms_code(self.phone)
        proven = {"challenge_id": started["challenge_id"], "code": self.code}
        ticket = Canaries.plant("token", good(self.post("/v1/sign-up/verify", proven))["ticket"])
        person = {
            "ticket": ticket,
            "password": self.password,
            "first_name": "Nodira",
            "last_name": "Rahimova",
            "birth_date": "1993-08-14",
            "language": "en",
        }
        self.take(good(self.post("/v1/sign-up/complete", person))["tokens"])
        opened = self.post("/v1/accounts", {"asset": "UZS"}, key=new_key())
        self.account = good(opened)
        if amount:
            okto("cash-in", "--account", self.account["number"], "--amount", amount)

    def take(self, tokens):
        """Keeps the tokens of an answer."""
        self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]
        Canaries.plant("token", self.access)
        Canaries.plant("token", self.refresh)

    def proof(self, method, path, token=None):
        """The header with which the customer's device proves its key, if they have one."""
        return {"DPoP": self.key.proof(method, API_SITE + path, token)} if self.key else {}

    def headers(self, method, path):
        """What a request of a signed-in customer carries."""
        scheme = "DPoP" if self.key else "Bearer"
        plain = path.split("?")[0]
        return {"Authorization": f"{scheme} {self.access}"} | self.proof(method, plain, self.access)

    def sign_in(self, key=None, answer=None, password=None, address=None):
        """The answers of a sign-in on another device: of the password, and of the second factor
        when there is one. Without `answer` it is the code that came by SMS."""
        address, other = address or new_address(), key or self.key

        def send(path, body):
            proof = {"DPoP": other.proof("POST", API_SITE + path)} if other else {}
            return call("POST", path, json=body, address=address, headers=proof)

        body = {"phone": self.phone, "password": password or self.password}
        began = send("/v1/sign-in", body)
        if began.status_code != 202:
            return began, None
        waits = began.json()
        Canaries.plant("token", waits["challenge_token"])
        answer = answer or {"method": "sms", "code": sms_code(self.phone, seen=(self.code,))}
        body = {"challenge_token": waits["challenge_token"], "answer": answer}
        return began, send(f"/v1/sign-in/{waits['challenge_id']}/answer", body)

    def post(self, path, body, key=None):
        headers = self.proof("POST", path)
        if getattr(self, "access", None):
            headers = self.headers("POST", path)
        if key:
            headers["Idempotency-Key"] = key
        return call("POST", path, json=body, address=self.address, headers=headers)

    def get(self, path):
        return call("GET", path, address=self.address, headers=self.headers("GET", path))

    def send(self, method, path, **more):
        headers = self.headers(method, path) | more.pop("headers", {})
        return call(method, path, address=self.address, headers=headers, **more)


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what its fields hold."""

    def __init__(self, page):
        super().__init__()
        self.path = urllib.parse.urlsplit(page.url).path
        self.forms, self.links = [], []
        self.feed(page.text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms.append({**given, "action": given.get("action") or self.path, "fields": {}})
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in ("input", "select", "textarea") and self.forms and given.get("name"):
            kind = given.get("type", tag)
            chosen = kind not in ("radio", "checkbox") or "checked" in given
            if kind not in ("submit", "button") and chosen:
                self.forms[-1]["fields"][given["name"]] = given.get("value") or ""

    def to(self, action):
        """The one form that goes there."""
        found = [form for form in self.forms if form["action"].split("?")[0] == action]
        assert found, f"no form goes to {action}: {[form['action'] for form in self.forms]}"
        return found[0]


class Browser:
    """A browser that keeps cookies by hand. The bank gives them to a site with TLS, and a client
    on a plain line would not send them back."""

    def __init__(self, base=WEB, site=SITE):
        self.base, self.site, self.address = base, site, new_address()
        self.cookies = {}
        self.answers = []

    def request(self, method, path, **more):
        headers = {"X-Forwarded-For": self.address, "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method not in ("GET", "HEAD"):
            headers |= {"Origin": self.site, "Sec-Fetch-Site": "same-origin"}
        headers |= more.pop("headers", {})
        headers = {name: value for name, value in headers.items() if value is not None}
        answer = requests.request(
            method,
            self.base + path,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
            **more,
        )
        for name, value, attributes in set_cookies(answer):
            Canaries.plant("token", value) if len(value) > 20 and "lang" not in name else None
            if attributes.get("max-age") == "0" or value == "":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        self.answers.append(answer)
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def follow(self, answer):
        """The page that an answer leads to."""
        while answer.is_redirect:
            target = urllib.parse.urljoin(answer.url, answer.headers["Location"])
            answer = self.get(target.removeprefix(self.base).removeprefix(self.site))
        return answer

    def submit(self, page, action, **values):
        """Sends a form of a page with these values in it; does not follow."""
        page = self.get(page) if isinstance(page, str) else page
        fields = Forms(page).to(action)["fields"] | values
        return self.request("POST", action, data=fields)

    def sign_up(self):
        """Becomes a customer, in the browser alone."""
        self.phone, self.password = new_phone(), new_password()
        Canaries.plant("phone", self.phone.removeprefix("+"))
        self.submit("/sign-up", "/sign-up", phone=self.phone)
        self.submit("/sign-up/code", "/sign-up/code", code=sms_code(self.phone))
        person = {"first_name": "Nodira", "last_name": "Rahimova", "birth_date": "1993-08-14"}
        last = self.submit("/sign-up/you", "/sign-up/you", password=self.password, **person)
        assert last.status_code == 303, f"{last.status_code} {last.text[:2000]}"
        assert self.get("/").status_code == 200
        return self

    def open_account(self, amount="500000"):
        """Opens an account, and brings money to it."""
        page = self.get("/products/open?asset=UZS")
        opened = self.submit(page, "/products/open")
        assert opened.status_code == 303, f"{opened.status_code} {opened.text[:2000]}"
        found = re.search(r"/accounts/(acc_[0-9a-f]{32})", opened.headers["Location"])
        page = self.get(f"/accounts/{found[1]}/requisites").text
        number = re.search(r"(?<!\d)\d{20}(?!\d)", re.sub(r"(?<=\d)\s(?=\d)", "", page))
        assert number, page[:2000]
        self.account = {"account_id": found[1], "number": number[0]}
        if amount:
            okto("cash-in", "--account", number[0], "--amount", amount)


def set_cookies(answer):
    """Name, value and attributes of each cookie that an answer sets."""
    for line in answer.raw.headers.getlist("Set-Cookie"):
        first, *rest = [part.strip() for part in line.split(";")]
        name, _, value = first.partition("=")
        attributes = {}
        for part in rest:
            key, _, given_value = part.partition("=")
            attributes[key.lower()] = given_value
        yield name, value, attributes


def routes(crate):
    """Every route of a door, with who may call it, from the table that its tests walk."""
    table = (ROOT / "crates" / crate / "tests" / "authorization.rs").read_text(encoding="utf-8")
    found = re.findall(r'\(\s*"([A-Z]+) (/[^"]*)",\s*([^)]+?)\s*\)', table)
    assert len(found) > 20 or crate == "admin", f"the table of {crate} could not be read"
    return [(method, path, who) for method, path, who in found]


# What ends the session of whoever calls it: a walk over all routes leaves it out.
ENDS = ("/sign-out", "/end-all", "/end-others", "/freeze")


def with_body():
    """The routes of the API that read a body, as its document says."""
    paths = good(call("GET", "/openapi.json"))["paths"]
    return {
        (method.upper(), path)
        for path, item in paths.items()
        for method, operation in item.items()
        if "requestBody" in operation
    }


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
