"""How long what happens waits for its seal while customers pay, and that the log of all that was
done to this bank holds: checked by the program, with the anchor and the key, as an auditor does it.
The keys that sign are in a security module (SoftHSM).

usage: audit.py FOLDER, with room for an export"""

import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bank import DIR, Customer, good, new_key, okto, until

CUSTOMERS = 12
# Fewer than one may look at in a minute.
PAYMENTS = 25
# What is promised: docs/security/rules.md.
SEALED_MILLIS = 2_000


class Payer(Customer):
    """Somebody with two accounts, who pays from one to the other."""

    def __init__(self):
        super().__init__()
        self.other = good(self.post("/v1/accounts", {"asset": "UZS"}, key=new_key()))

    def pay(self):
        body = {
            "from_account_id": self.account["account_id"],
            "to": {"account_number": self.other["number"]},
            "amount": {"value": "10.00", "asset": "UZS"},
        }
        quote = good(self.post("/v1/transfers/preview", body))["quote"]
        return good(self.post("/v1/transfers", {"quote": quote}, key=new_key()), 201)


def checked(folder):
    """What the check says of the log as it is now. The anchor is copied before the export is made:
    one that grew since would know more."""
    anchor, export = folder / "anchor-copy", folder / "audit-export"
    shutil.copy(DIR / "audit-anchor", anchor)
    export.unlink(missing_ok=True)
    okto("audit", "export", str(export))
    key = okto("audit", "key").stdout.strip()
    said = okto("audit", "verify", str(export), "--anchor", str(anchor), "--key", key, check=False)
    return said, export


def main():
    folder = Path(sys.argv[1])
    assert "token" in okto("keys", "status").stdout, "the keys are in no security module"
    with ThreadPoolExecutor(CUSTOMERS) as pool:
        payers = list(pool.map(lambda _: Payer(), range(CUSTOMERS)))
        began = time.monotonic()
        paid = list(pool.map(lambda n: payers[n % CUSTOMERS].pay(), range(CUSTOMERS * PAYMENTS)))
        took = time.monotonic() - began

    def all_are_there():
        said, export = checked(folder)
        lines = export.read_text(encoding="utf-8").splitlines()
        sealed = "".join(line for line in lines if '"event"' in line)
        there = sum(one["operation_id"] in sealed for one in paid)
        return said if there == len(paid) else None

    said = until("every payment under its seal", all_are_there, 60)
    print(f"{len(paid)} payments in {took:.0f} s\n{said.stdout.strip()}")
    if said.returncode != 0:
        sys.exit(f"the log does not hold: {said.returncode} {said.stderr}")
    longest = int(re.search(r"longest wait for a seal: (\d+) ms", said.stdout)[1])
    if longest > SEALED_MILLIS:
        sys.exit(f"an event waited {longest} ms for its seal")


if __name__ == "__main__":
    main()
