"""Looks for everything that the tests planted (passwords, codes, tokens, secrets, numbers of cards,
phones, addresses) in a dump of the database and in everything that was written beside it.

usage: canary.py [--all-kinds] FILE..

With --all-kinds it fails, too, when a kind of value was planted by nobody."""

import base64
import re
import subprocess
import sys
import urllib.parse
from collections import Counter
from pathlib import Path

from bank import Canaries

# What is shorter is found by chance inside longer words and numbers: it has to stand alone, and not
# as the microseconds of a moment.
CHANCE = 8
ALONE = re.compile(r"(?<![\w.:+-])\d{4,7}(?!\w)")
# Where the search keeps its own notes.
OWN = Canaries.FILE.parent
# A token's random part, in the letters of base64.
TOKEN_CHARS = 40


def written(kind, value):
    """The ways in which a value could have been written."""
    yield value
    if len(value) < CHANCE:
        return
    raw = value.encode()
    yield urllib.parse.quote(value, safe="")
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield raw.hex()
    if kind == "card":
        for between in (" ", "-", "%20", "+"):
            yield between.join(value[at : at + 4] for at in range(0, len(value), 4))
    bare = value.rpartition("_")[2]
    if kind in ("token", "enrolment link", "alarm") and re.fullmatch(rf"[A-Za-z0-9-]{{{TOKEN_CHARS},}}", bare):
        # As bytes, without what the end of the text may hold besides.
        yield base64.urlsafe_b64decode(bare[:TOKEN_CHARS]).hex()


def hits(planted, file):
    """What stands in a file, with the lines, of what was planted."""
    forms = {form: (kind, value) for kind, value in planted for form in written(kind, value)}
    long = sorted(form for form in forms if len(form) >= CHANCE)
    words = OWN / "words"
    words.write_text("\n".join(long) + "\n", encoding="utf-8")
    # All words in one pass.
    command = ["grep", "-a", "-n", "-o", "-F", "-f", str(words), str(file)]
    said = subprocess.run(command, capture_output=True, check=False)
    if said.returncode > 1:
        sys.exit(f"the search does not work: {said.stderr.decode()}")
    for line in said.stdout.decode(errors="replace").splitlines():
        number, _, form = line.partition(":")
        yield int(number), *forms.get(form, ("value", form))
    short = {value: kind for kind, value in planted if len(value) < CHANCE}
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            for word in ALONE.findall(line):
                if word in short:
                    yield number, short[word], word


def proven(planted):
    """That the search finds what is there, however it is written; or else it proves nothing."""
    one_of_each = dict(planted).items()
    lines = [
        f'"before": "{form}", "after"'
        for kind, value in one_of_each
        for form in written(kind, value)
    ]
    trial = OWN / "trial"
    trial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {number for number, *_ in hits(planted, trial)}
    for number, line in enumerate(lines, 1):
        short = len(line.split('"')[3]) < CHANCE
        if number not in found and not (short and not line.split('"')[3].isdigit()):
            sys.exit(f"the search does not find what stands in {line}")


# What the tests plant when all of them run.
KINDS = {
    "alarm",
    "card",
    "code",
    "document",
    "enrolment link",
    "mailbox",
    "password",
    "personal number",
    "phone",
    "PIN",
    "recovery code",
    "reset key",
    "secret",
    "token",
}


def main():
    files = [Path(name) for name in sys.argv[1:] if name != "--all-kinds"]
    planted = Canaries.all()
    missing = KINDS - {kind for kind, _ in planted}
    if "--all-kinds" in sys.argv and missing:
        sys.exit(f"nothing was planted of {', '.join(sorted(missing))}")
    if not planted or not files:
        sys.exit("nothing was planted, or there is nowhere to look: nothing is proven")
    proven(planted)
    found = [
        f"{file.name}:{number}: a {kind}, {value}"
        for file in files
        for number, kind, value in hits(planted, file)
    ]
    counted = Counter(kind for kind, _ in planted)
    kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(counted.items()))
    length = sum(file.stat().st_size for file in files)
    print(f"looked for {kinds} in {len(files)} files of {length} bytes: {len(found)} found")
    for line in found[:40]:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
