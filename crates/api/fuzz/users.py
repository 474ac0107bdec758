"""Signs two customers in and writes what Schemathesis needs of them.

usage: users.py URL LOGINS USERS_FILE PEOPLE_FILE [SANDBOX]

The sandbox shows the codes that are the second factor of a sign-in. A bank sends one code a minute
to a telephone, so the refresh tokens are kept next to PEOPLE_FILE and used as long as they are
good."""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

# To confirm while testing. Thirty a minute are allowed.
QUOTES = 8


def call(url, path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if data is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url + path, data, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def quotes(url, token, body):
    """Promises to confirm. Earlier requests may have used up what the bank grants: its money, a
    limit, or requests a minute. Then there are fewer, and a word why."""
    for _ in range(QUOTES):
        try:
            yield call(url, "/v1/transfers/preview", body, Authorization=token)["quote"]
        except urllib.error.HTTPError as refused:
            if refused.code not in (422, 429):
                raise
            reason = json.load(refused)
            print(f"no more quotes: {reason['code']}: {reason.get('detail')}", file=sys.stderr)
            return


def newest_code(sandbox, phone):
    digits = "".join(c for c in phone if c.isdigit())
    for message in call(sandbox, f"/messages?phone={digits}"):
        found = re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])
        if found:
            return message["id"], found.group()
    return None, None


def signed_in(url, sandbox, body):
    """The tokens of a sign-in, by the code that was sent when one is asked for."""
    before = newest_code(sandbox, body["phone"])[0] if sandbox else None
    begun = call(url, "/v1/sign-in", body)
    if "access_token" in begun:
        return begun
    if not sandbox:
        sys.exit("a second factor is needed, and there is no sandbox that shows it")
    path = f"/v1/sign-in/{begun['challenge_id']}"
    handle = {"challenge_token": begun["challenge_token"]}
    waited = 0 if begun["code"] else 61
    time.sleep(waited)
    if waited:
        call(url, path + "/code", handle)
    for _ in range(100):
        message, code = newest_code(sandbox, body["phone"])
        if message is not None and message != before:
            answer = {"method": "sms", "code": code}
            return call(url, path + "/answer", {**handle, "answer": answer})
        time.sleep(0.2)
    sys.exit("the code did not come; is the worker running?")


def tokens(url, sandbox, body, kept):
    """New tokens, by the refresh token of the last time when there is one."""
    refresh = kept.get(body["phone"])
    try:
        got = call(url, "/v1/token/refresh", {"refresh_token": refresh}) if refresh else None
    except urllib.error.HTTPError:
        got = None
    got = got or signed_in(url, sandbox, body)
    kept[body["phone"]] = got["refresh_token"]
    return got


def e164(phone):
    return "+" + "".join(c for c in phone if c.isdigit())


def main():
    url, logins, users_file, people_file, *sandbox = sys.argv[1:]
    sandbox = sandbox[0] if sandbox else None
    kept_file = people_file + ".kept"
    kept = {}
    if os.path.exists(kept_file):
        with open(kept_file, encoding="utf-8") as file:
            kept = json.load(file)
    with open(logins, encoding="utf-8") as file:
        logins = json.load(file)
    if len(logins) < 2:
        sys.exit("two logins are needed: nobody can be kept apart from himself")
    users, people = [], {}
    for name, login in zip(("first", "second"), logins):
        body = {"phone": e164(login["phone"]), "password": login["password"]}
        token = "Bearer " + tokens(url, sandbox, body, kept)["access_token"]
        users.append({"name": name, "fixedHeaders": [{"name": "Authorization", "value": token}]})
        accounts = call(url, "/v1/accounts", Authorization=token)["items"]
        accounts = [a for a in accounts if a["asset"] == "UZS" and a["status"] == "open"]
        if not accounts:
            sys.exit(f"{name}: this login has no account in UZS")
        account = max(accounts, key=lambda a: float(a["available"]["value"]))
        people[name] = {
            "token": token,
            "phone": body["phone"],
            "account_id": account["account_id"],
            "number": account["number"],
        }
    for me, other in (("first", "second"), ("second", "first")):
        body = {
            "from_account_id": people[me]["account_id"],
            "to": {"account_number": people[other]["number"]},
            "amount": {"value": "1.00", "asset": "UZS"},
        }
        people[me]["quotes"] = list(quotes(url, people[me].pop("token"), body))
    with open(kept_file, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    # JSON is YAML too.
    with open(users_file, "w", encoding="utf-8") as file:
        json.dump({"auth": users}, file)
    with open(people_file, "w", encoding="utf-8") as file:
        json.dump(people, file)


main()
