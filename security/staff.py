"""Employees of the bank, who come in by a passkey alone."""

import json
import re
import secrets

from authenticator import Authenticator
from bank import ADMIN, ADMIN_SITE, Browser, Canaries, Forms, okto


class Employee(Browser):
    """An employee with a passkey."""

    def __init__(self, role="support", name="Zebo Karimova"):
        super().__init__(ADMIN, ADMIN_SITE)
        self.passkey = Authenticator(ADMIN_SITE)
        email = f"{secrets.token_hex(6)}@okto.example"
        said = okto(
            "staff",
            "invite",
            "--name",
            name,
            "--email",
            email,
            "--role",
            role,
        ).stdout
        # The bank was started with the address of the panel, and so is the link.
        self.link = re.search(rf"{re.escape(ADMIN_SITE)}(/enrol/bk_en_\S+)", said)[1]
        Canaries.plant("enrolment link", self.link.removeprefix("/enrol/"))
        self.enrol()
        self.sign_in()

    def enrol(self):
        fields = Forms(self.get(self.link)).to(self.link)["fields"]
        asked = self.request("POST", f"{self.link}/challenge", data=fields).json()
        answer = json.dumps(self.passkey.create(asked["options"]))
        fields |= {"challenge": asked["challenge"], "answer": answer, "name": "Kalit"}
        done = self.request("POST", self.link, data=fields)
        assert done.status_code == 303, f"{done.status_code} {done.text[:1500]}"

    def asked(self):
        """A challenge of the sign-in, with the fields that go back with it."""
        fields = Forms(self.get("/sign-in")).to("/sign-in")["fields"]
        asked = self.request("POST", "/sign-in/challenge", data=fields).json()
        return asked, fields | {"challenge": asked["challenge"]}

    def sign_in(self, **wrong):
        asked, fields = self.asked()
        fields["answer"] = json.dumps(self.passkey.get(asked["options"], **wrong))
        return self.request("POST", "/sign-in", data=fields), fields
