"""Looks for everything that the tests planted (passwords, codes, tokens, secrets, numbers of cards,
phones, addresses) in a dump of the database and in everything that was written beside it.

usage: canary.py FILE.."""

import base64
import re
import sys
import urllib.parse
from collections import Counter
from pathlib import Path

from bank import Canaries

# What is shorter is found by chance inside longer numbers: it has to stand alone, and not as the
# microseconds of a moment.
CHANCE = 8
# A token's random part, in the letters of base64.
TOKEN_CHARS = 40


def written(kind, value):
    """The ways in which a value could have been written."""
    raw = value.encode()
    yield value
    yield urllib.parse.quote(value, safe="")
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield raw.hex()
    if kind == "card":
        yield " ".join(value[at : at + 4] for at in range(0, len(value), 4))
    bare = value.rpartition("_")[2]
    if kind == "token" and re.fullmatch(rf"[A-Za-z0-9-]{{{TOKEN_CHARS},}}", bare):
        # As bytes, without what the end of the text may hold besides.
        yield base64.urlsafe_b64decode(bare[:TOKEN_CHARS]).hex()


def place(kind, value, text):
    """Where a value stands in a text, or -1."""
    if len(value) < CHANCE:
        found = re.search(rf"(?<![\d.:+-]){re.escape(value)}(?!\d)", text)
        return found.start() if found else -1
    places = (text.find(form) for form in set(written(kind, value)) if len(form) >= CHANCE)
    return max(places, default=-1)


def proven(planted):
    """That the search finds what is there, however it is written; or else it proves nothing."""
    for kind, value in dict(planted).items():
        for form in written(kind, value):
            if place(kind, value, f'"before": "{form}", "after"') < 0 and len(value) >= CHANCE:
                sys.exit(f"the search does not find a {kind} written as {form}")


def main():
    files = [Path(name) for name in sys.argv[1:]]
    planted = Canaries.all()
    if not planted or not files:
        sys.exit("nothing was planted, or there is nowhere to look: nothing is proven")
    proven(planted)
    found, length = [], 0
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        length += len(text)
        for kind, value in planted:
            at = place(kind, value, text)
            if at >= 0:
                line = text.count("\n", 0, at) + 1
                around = text[max(0, at - 80) : at + 20].replace("\n", " ")
                found.append(f"{file.name}:{line}: a {kind}, {value}: …{around}…")
    kinds = ", ".join(
        f"{n} of {kind}" for kind, n in sorted(Counter(k for k, _ in planted).items())
    )
    print(f"looked for {kinds} in {len(files)} files of {length} characters: {len(found)} found")
    for line in found[:40]:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
