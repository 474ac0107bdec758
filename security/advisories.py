"""Compares Cargo.lock with a copy of the RustSec advisory database.

usage: advisories.py CARGO_LOCK DATABASE"""

import re
import sys
import tomllib
from pathlib import Path

# Advisories that are known and do not concern the bank, with the reason.
ACCEPTED = {
    "RUSTSEC-2023-0071": "rsa leaks by its timing when it signs; webauthn-rs verifies with it only",
}


def version(text):
    """A version as a tuple that sorts: a pre-release comes before its release."""
    core, _, before = text.split("+")[0].partition("-")
    numbers = [int(part) for part in core.split(".")]
    numbers += [0] * (3 - len(numbers))
    parts = [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".") if part
    ]
    return tuple(numbers), (not before, parts)


def caret_end(text):
    """The first version that `^text` does not take."""
    parts = [int(part) for part in text.split("-")[0].split(".")]
    numbers = (parts + [0, 0])[:3]
    place = next((n for n in range(len(parts)) if numbers[n]), len(parts) - 1)
    return tuple(numbers[:place] + [numbers[place] + 1] + [0] * (2 - place))


def takes(requirement, have):
    """Whether a requirement, such as `>= 1.2, < 2`, takes a version."""
    for part in requirement.split(","):
        sign, wanted = re.match(r"\s*(>=|<=|>|<|=|\^|~)?\s*(\S+)", part).groups()
        least = version(wanted)
        if sign in (None, "^"):
            fits = have >= least and have[0] < caret_end(wanted)
        elif sign == "~":
            fits = (
                have >= least
                and have[0][: wanted.count(".") or 1] == least[0][: wanted.count(".") or 1]
            )
        else:
            fits = {
                ">=": have >= least,
                "<=": have <= least,
                ">": have > least,
                "<": have < least,
                "=": have == least,
            }[sign]
        if not fits:
            return False
    return True


def main():
    lock, database = Path(sys.argv[1]), Path(sys.argv[2])
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    if not (database / "crates").is_dir():
        sys.exit(f"{database} is no copy of the RustSec advisory database")
    faults, notes = [], []
    for package in packages:
        if not package.get("source", "").startswith("registry"):
            continue
        for file in sorted((database / "crates" / package["name"]).glob("*.md")):
            told = tomllib.loads(
                re.search(r"```toml\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL)[1]
            )
            advisory, versions = told["advisory"], told.get("versions", {})
            have = version(package["version"])
            good = versions.get("patched", []) + versions.get("unaffected", [])
            if advisory.get("withdrawn") or any(takes(one, have) for one in good):
                continue
            line = f"{advisory['id']} {package['name']} {package['version']}"
            if advisory["id"] in ACCEPTED:
                notes.append(f"{line}: {ACCEPTED[advisory['id']]}")
            elif advisory.get("informational"):
                notes.append(f"{line}: {advisory['informational']}")
            else:
                faults.append(line)
    for line in notes + faults:
        print(line)
    print(f"{len(packages)} packages, {len(faults)} with a known hole, {len(notes)} notes")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
