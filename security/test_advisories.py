"""That the check of advisories finds a hole when there is one."""

import subprocess
import sys
from pathlib import Path

import pytest

from advisories import takes, version

HERE = Path(__file__).resolve().parent

LOCK = """
[[package]]
name = "holey"
version = "{version}"
source = "registry+https://github.com/rust-lang/crates.io-index"
"""
ADVISORY = """```toml
[advisory]
id = "{id}"
package = "holey"

[versions]
patched = [">= 1.2.3, < 2.0.0", ">= 2.1.0"]
unaffected = ["< 1.0.0"]
```

# A hole
"""


@pytest.mark.parametrize(
    ("requirement", "good", "bad"),
    [
        (">= 1.2.3", ["1.2.3", "2.0.0", "1.10.0"], ["1.2.2", "1.2.3-rc.1"]),
        ("> 1.2.3", ["1.2.4"], ["1.2.3"]),
        ("< 1.2.3", ["1.2.3-rc.1", "1.2.2"], ["1.2.3"]),
        ("= 1.2.3", ["1.2.3"], ["1.2.4"]),
        ("^1.2.3", ["1.2.3", "1.9.0"], ["2.0.0", "1.2.2"]),
        ("^0.2.3", ["0.2.9"], ["0.3.0"]),
        ("~1.2.3", ["1.2.9"], ["1.3.0"]),
        (">= 1.2.3, < 2", ["1.9.9"], ["2.0.0", "1.2.2"]),
    ],
)
def test_versions_are_compared_as_cargo_does(requirement, good, bad):
    for one in good:
        assert takes(requirement, version(one)), one
    for one in bad:
        assert not takes(requirement, version(one)), one


@pytest.mark.parametrize(
    ("have", "identity", "status"),
    [
        ("1.2.2", "RUSTSEC-2000-0001", 1),
        ("2.0.5", "RUSTSEC-2000-0001", 1),
        ("1.2.3", "RUSTSEC-2000-0001", 0),
        ("2.1.0", "RUSTSEC-2000-0001", 0),
        ("0.9.0", "RUSTSEC-2000-0001", 0),
        ("1.2.2", "RUSTSEC-2023-0071", 0),
    ],
)
def test_a_hole_is_found(tmp_path, have, identity, status):
    folder = tmp_path / "crates" / "holey"
    folder.mkdir(parents=True)
    (folder / f"{identity}.md").write_text(ADVISORY.format(id=identity))
    lock = tmp_path / "Cargo.lock"
    lock.write_text(LOCK.format(version=have))
    command = [sys.executable, str(HERE / "advisories.py"), str(lock), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert (identity in done.stdout) == (status == 1 or identity == "RUSTSEC-2023-0071")
