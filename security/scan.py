"""Lets wapiti and sqlmap loose on the pages, and fails on whatever they find.

usage: scan.py WAPITI SQLMAP SECONDS

Between them and the bank stands what an operator has there: something that ends TLS and says where
a request comes from. It also holds the cookies of a signed-in customer, which the bank gives to a
site with TLS only, and says of each request that it comes from the bank's own page: these tools
are not browsers, and would be refused at the door before they try anything."""

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from bank import (
    ADMIN,
    ADMIN_SITE,
    API,
    SITE,
    WEB,
    Browser,
    Customer,
    Forms,
    call,
    good,
    new_address,
    new_key,
    okto,
)
from staff import Employee

HOLDS = (
    # `requests` cannot read what the app compresses best.
    "accept-encoding",
    "cookie",
    "host",
    "origin",
    "sec-fetch-site",
    "x-forwarded-for",
    "content-length",
    "connection",
)
ENDS = ("transfer-encoding", "content-encoding", "content-length", "connection")
# What would end the session of whoever tries everything.
ENDS_ALL = (
    "/sign-out",
    "/security/freeze",
    "/security/sessions*",
    "/security/devices*",
    "/me/sessions*",
    "/me/passkeys*",
    # What would stop the customer.
    "/customers/*/freeze",
    "/customers/*/sessions*",
    "/customers/*/devices*",
)
# Employees among whom the searches of one scan are shared: each may search 240 times in an hour, and
# a search whose results are shown is two.
SEARCHERS = 6
NOTE = "choy uchun"
# What wapiti tries. Left out are the modules that need a host of theirs on the Internet (ssrf, xxe,
# log4shell), or lists from there (wapp, nikto).
MODULES = "sql,timesql,xss,permanentxss,exec,file,crlf,redirect,csp,http_headers,cookieflags,methods,htaccess,shellshock,csrf"
# How long a token is used: it is good for five minutes.
TOKEN_SECONDS = 200
# What it says that is no fault, with the reason.
FINE = {
    r"Clickjacking Protection: .* X-Frame-Options is not set": "frame-ancestors of the policy, "
    "which every browser that is still used obeys",
}


class Front(BaseHTTPRequestHandler):
    """The proxy in front of one door, for one browser."""

    base, site, cookies, extra, paths = WEB, SITE, {}, {}, set()
    protocol_version = "HTTP/1.1"

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOLDS}
        headers |= {
            "X-Forwarded-For": new_address(),
            "Origin": self.site,
            "Sec-Fetch-Site": "same-origin",
        }
        headers |= self.extra() if callable(self.extra) else self.extra
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = requests.request(
            self.command,
            self.base + self.path,
            data=body,
            headers=headers,
            timeout=60,
            allow_redirects=False,
        )
        self.paths.add((self.command, self.path.split("?")[0], answer.status_code))
        self.send_response(answer.status_code)
        for name, value in answer.raw.headers.items():
            if name.lower() not in ENDS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        # A scanner does not always wait for the answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_TRACE = forward

    def log_message(self, *_):
        pass


class SearchFront(Front):
    """Takes a search as a question of an address, posts the form as one of several employees, and
    answers with the page that it leads to."""

    employees, tokens, turns, answers = [], [], itertools.count(), []

    def forward(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = urllib.parse.parse_qs(
            urllib.parse.urlsplit(self.path).query, keep_blank_values=True
        )
        turn = next(self.turns) % len(self.employees)
        employee = self.employees[turn]
        fields = self.tokens[turn] | {"q": query.get("q", [""])[0]}
        answer = employee.follow(employee.request("POST", "/customers", data=fields))
        self.answers.append(answer.status_code)
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "text/html"))
        self.send_header("Content-Length", str(len(answer.content)))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

    do_GET = do_POST = do_HEAD = forward


def searching():
    """The address of the search of customers, and what it answered."""
    employees = [Employee("support") for _ in range(SEARCHERS)]
    tokens = [Forms(one.get("/customers")).to("/customers")["fields"] for one in employees]
    own = {"employees": employees, "tokens": tokens, "turns": itertools.count(), "answers": []}
    return front(ADMIN, kind=SearchFront, **own)


def front(base, cookies=None, kind=Front, **more):
    """A proxy of its own, and its address."""
    own = {"base": base, "cookies": cookies or {}, "paths": set(), **more}
    handler = type("Front", (kind,), own)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}", handler


def wapiti(program, name, start, folder, seconds):
    """What wapiti finds from one page on."""
    report = folder / f"wapiti-{name}.json"
    site = "/".join(start.split("/")[:3])
    excluded = [part for path in ENDS_ALL for part in ("-x", site + path)]
    said = subprocess.run(
        [
            program,
            "-u",
            start,
            "--scope",
            "domain",
            "-m",
            MODULES,
            "--flush-session",
            "--color",
            "-f",
            "json",
            "-o",
            str(report),
            "--max-scan-time",
            str(seconds),
            "--max-attack-time",
            str(max(5, seconds // 8)),
            "--max-links-per-page",
            "40",
            "--max-files-per-dir",
            "20",
            "-d",
            "3",
            "--tasks",
            "8",
            "-t",
            "20",
            "--no-bugreport",
            *excluded,
            "--store-session",
            str(folder / f"session-{name}"),
            "--store-config",
            str(folder / "config"),
        ],
        capture_output=True,
        text=True,
        timeout=seconds * 2 + 60,
        check=False,
    )
    if not report.exists():
        return [f"wapiti did not run: {said.stdout[-500:]} {said.stderr[-500:]}"], 0
    told = json.loads(report.read_text(encoding="utf-8"))
    found = []
    for group in ("vulnerabilities", "anomalies"):
        for kind, cases in told[group].items():
            for case in cases:
                line = f"wapiti: {kind}: {case['method']} {case['path']} {case.get('parameter')}: {case['info']}"
                if not any(re.search(fine, line) for fine in FINE):
                    found.append(line)
    return found, told["infos"].get("crawled_pages_nbr", 0)


def sqlmap(program, target, folder, seconds):
    """What sqlmap finds in one request. It has to say itself that there is nothing."""
    name, url, data, parameters = target
    arguments = [
        program,
        "-u",
        url,
        "--batch",
        "--disable-coloring",
        "--flush-session",
        "--output-dir",
        str(folder / "sqlmap" / re.sub(r"\W+", "-", name)),
        "--technique",
        "BEUST",
        "--time-sec",
        "3",
        "--timeout",
        "15",
        "--retries",
        "0",
        "--threads",
        "2",
        "--ignore-code",
        "*",
        "--dbms",
        "postgresql",
        "--skip-waf",
        "--level",
        "2",
        "--risk",
        "2",
    ]
    arguments += ["-p", parameters] if parameters else []
    arguments += ["--data", data] if data else []
    # Beside other work on a small machine it takes several times what it takes alone.
    limit = 6 * seconds
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=limit, check=False)
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode(errors="replace")
        # What it takes for a hole at first, it tries to disprove.
        suspected = re.findall(r"appears to be .*injectable|is a false positive", said)
        suspected = suspected[-1:] if suspected and "false" not in suspected[-1] else []
        hits = [f"sqlmap: {name}: {hit}" for hit in suspected]
        return [*hits, f"sqlmap: {name}: not finished in {limit} s: nothing is proven"]
    if re.search(r"identified the following injection point|is vulnerable", said):
        return [f"sqlmap: {name}: {said[-1500:]}"]
    if "do not appear to be injectable" not in said:
        return [f"sqlmap: {name}: it did not test: {said[-800:]}"]
    return []


def bearer(customer):
    """The header of a customer's token, which is made anew before its five minutes are over."""
    lock, taken = threading.Lock(), [time.monotonic()]

    def headers():
        with lock:
            if time.monotonic() - taken[0] > TOKEN_SECONDS:
                body = {"refresh_token": customer.refresh}
                customer.take(good(call("POST", "/v1/token/refresh", json=body)))
                taken[0] = time.monotonic()
            return {"Authorization": f"Bearer {customer.access}"}

    return headers


def signed_out(customer, browser, employees):
    """Who is not signed in any more: what was tried as them was tried as nobody."""
    pages = {
        "the customer's token": customer.get("/v1/me"),
        "the customer's browser": browser.get("/profile"),
    }
    pages |= {f"the browser of {role}": one.get("/") for role, one in employees.items()}
    return [
        f"{who} was not good at the end ({answer.status_code}): nothing is proven"
        for who, answer in pages.items()
        if answer.status_code != 200
    ]


def paid(customer):
    """What a search can find and a cursor can go on from: two payments with a note, and the code of
    a statement."""
    other = good(customer.post("/v1/accounts", {"asset": "UZS"}, key=new_key()))
    body = {
        "from_account_id": customer.account["account_id"],
        "to": {"account_number": other["number"]},
        "amount": {"value": "10.00", "asset": "UZS"},
        "note": NOTE,
    }
    for _ in range(2):
        quote = good(customer.post("/v1/transfers/preview", body))["quote"]
        good(customer.post("/v1/transfers", {"quote": quote}, key=new_key()), 201)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    path = f"/v1/accounts/{customer.account['account_id']}/statements"
    return good(customer.post(path, {"from": day, "to": day}, key=new_key()), 201)["code"]


def targets(customer, browser, employees, search):
    """The requests in which sqlmap tries each field: name, address, body and fields. As it is each
    answers 200: of what is refused no field gets to the database."""
    code = paid(customer)
    cursor = good(customer.get("/v1/operations?limit=1"))["next_cursor"]
    account = customer.account["account_id"]
    own = browser.account["account_id"]
    edition = link(employees["accountant"], "/terms/tariff.transfer.internal", "/terms/edition/edn_")
    member = link(employees["administrator"], "/staff", "/staff/stf_")
    app, _ = front(WEB, browser.cookies)
    guest = Browser()
    guest.get("/sign-in")
    open_app, _ = front(WEB, guest.cookies)
    api, _ = front(API, extra=staticmethod(bearer(customer)))
    audits, _ = front(ADMIN, employees["auditor"].cookies, site=ADMIN_SITE)
    books, _ = front(ADMIN, employees["accountant"].cookies, site=ADMIN_SITE)
    panel, _ = front(ADMIN, employees["administrator"].cookies, site=ADMIN_SITE)
    asked = "q=bank&period=month&direction=in"
    yield "search", f"{app}/activity?{asked}", None, "q,period,direction"
    yield "export", f"{app}/activity/export.csv?q=bank", None, "q"
    yield "payment", f"{app}/pay?to=a&amount=1&note=b", None, "to,amount,note"
    note = urllib.parse.quote(NOTE)
    yield "operations", f"{api}/v1/operations?q={note}&limit=5", None, "q,limit"
    yield "cursor", f"{api}/v1/operations?cursor={cursor}&limit=5", None, "cursor"
    yield "kinds", f"{api}/v1/operations?kind=cash.in&account_id={account}", None, "kind,account_id"
    yield "verify", f"{open_app}/verify/{code}*", None, None
    yield "account", f"{app}/accounts/{own}*", None, None
    events = "actor=anonymous&action=session.began&object=session:a"
    yield "audit", f"{audits}/audit?{events}", None, "actor,action,object"
    yield "customers", f"{search}/?q=Rahimova", None, "q"
    yield "terms", f"{books}/terms/tariff.transfer.internal*", None, None
    yield "edition", f"{books}{edition}*", None, None
    yield "employee", f"{panel}{member}*", None, None
    for page, fields in (
        ("/sign-in", {"phone": "+998901234567", "password": "x"}),
        ("/sign-up", {"phone": "+998901234567"}),
        ("/reset", {"phone": "+998901234567"}),
    ):
        form = Forms(guest.get(page)).to(page)["fields"]
        data = urllib.parse.urlencode(form | fields)
        yield page.strip("/"), f"{open_app}{page}", data, ",".join(fields)


def link(employee, page, begins):
    """The first link of a page that begins so."""
    return next(one for one in Forms(employee.get(page)).links if one.startswith(begins))


def answers(target):
    """A target, when the request answers as it is."""
    name, url, data, _ = target
    if data is None:
        plain = requests.get(url.rstrip("*"), timeout=60, allow_redirects=False)
        assert plain.status_code == 200, f"{name}: {plain.status_code}, nothing would be tried"
    return target


def main():
    wapiti_program, sqlmap_program, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    folder = Path(os.environ["OKTO_SECURITY_PRIVATE"]) / "scan"
    folder.mkdir(exist_ok=True)
    customer, browser = Customer(), Browser().sign_up()
    browser.open_account()
    roles = ("administrator", "support", "accountant", "auditor")
    employees = {role: Employee(role) for role in roles}
    search, searcher = searching()
    tried = [answers(one) for one in targets(customer, browser, employees, search)]
    doors = [
        ("customer", "/", front(WEB, browser.cookies), seconds),
        ("stranger", "/welcome", front(WEB), seconds // 2),
    ]
    starts = {"administrator": "/", "support": "/customers", "accountant": "/terms"}
    doors += [
        (role, start, front(ADMIN, employees[role].cookies, site=ADMIN_SITE), seconds // 2)
        for role, start in starts.items()
    ]
    found, notes, seen = [], [], set()
    with ThreadPoolExecutor(3) as pool:
        crawls = [
            pool.submit(wapiti, wapiti_program, name, address + start, folder, limit)
            for name, start, (address, _), limit in doors
        ]
        tries = [
            pool.submit(sqlmap, sqlmap_program, target, folder, seconds)
            for target in tried
        ]
        for (name, *_), crawl in zip(doors, crawls, strict=True):
            more, pages = crawl.result()
            found += more
            notes.append(f"wapiti as {name}: {pages} pages")
        for one in tries:
            found += one.result()
    for name, _, (_, handler), _ in doors:
        seen |= {(name, *entry) for entry in handler.paths}
    found += signed_out(customer, browser, employees)
    if 429 in searcher.answers:
        found.append("the search of customers was asked too often: not everything was tried")
    failed = sum(status >= 500 for status in searcher.answers)
    found += [f"the search of customers failed {failed} times"] if failed else []
    found += [f"an answer that failed: {entry}" for entry in sorted(seen) if entry[-1] >= 500]
    print(f"{len(seen)} kinds of answers; " + "; ".join(notes))
    for line in found:
        print(line)
    if len({name for name, *_ in seen}) < len(doors) or len(seen) < 40:
        sys.exit("the scanners saw next to nothing: nothing is proven")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
