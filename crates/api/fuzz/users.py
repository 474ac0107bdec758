"""Signs two customers in and writes what Schemathesis needs of them.

usage: users.py URL LOGINS USERS_FILE PEOPLE_FILE"""

import json
import sys
import urllib.error
import urllib.request

# To confirm while testing. Thirty a minute are allowed, so there may be fewer.
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
    for _ in range(QUOTES):
        try:
            yield call(url, "/v1/transfers/preview", body, Authorization=token)["quote"]
        except urllib.error.HTTPError as refused:
            if refused.code != 429:
                raise
            return


def e164(phone):
    return "+" + "".join(c for c in phone if c.isdigit())


def main():
    url, logins, users_file, people_file = sys.argv[1:]
    with open(logins, encoding="utf-8") as file:
        logins = json.load(file)
    if len(logins) < 2:
        sys.exit("two logins are needed: nobody can be kept apart from himself")
    users, people = [], {}
    for name, login in zip(("first", "second"), logins):
        body = {"phone": e164(login["phone"]), "password": login["password"]}
        token = "Bearer " + call(url, "/v1/sign-in", body)["access_token"]
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
    # JSON is YAML too.
    with open(users_file, "w", encoding="utf-8") as file:
        json.dump({"auth": users}, file)
    with open(people_file, "w", encoding="utf-8") as file:
        json.dump(people, file)


main()
