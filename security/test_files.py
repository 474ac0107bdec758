"""What the bank leaves on the disk of its machine is for its own user."""

import stat

from pathlib import Path
from urllib.parse import parse_qs, urlparse

from bank import DIR

# The folder itself is walked through by the user of the database's server.
OPEN = {"lock", "up.log"}


def test_nobody_else_reads_the_files_of_the_bank():
    files = [path for path in DIR.iterdir() if path.is_file() and path.name not in OPEN]
    assert {"root-key", "database-url", "okto.log"} <= {path.name for path in files}
    for path in files:
        # The anchor of the audit log is there to be copied by another program.
        wanted = 0o640 if path.name == "audit-anchor" else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    # Beside the socket of its server: elsewhere when that has a user of its own.
    address = urlparse((DIR / "database-url").read_text().strip())
    data = Path(parse_qs(address.query)["host"][0]).parent / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
