"""Schemathesis with what a signed-in employee carries: whatever it sends, nothing of a customer's
comes back. (`bin/api-fuzz` does the same with two customers.)

usage: fuzz.py SCHEMATHESIS"""

import os
import subprocess
import sys
from pathlib import Path

from bank import API, new_address
from staff import Employee

HERE = Path(__file__).resolve().parent
EXAMPLES = 12


def main():
    employee = Employee("administrator")
    cookies = "; ".join(f"{name}={value}" for name, value in employee.cookies.items())
    token = max(employee.cookies.values(), key=len)
    environment = os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "fuzz_checks.py")}
    command = [sys.argv[1], "run", "--url", API, "--max-examples", str(EXAMPLES), "--seed", "1"]
    command += ["--checks", "not_a_server_error,an_employee_gets_nothing"]
    command += ["--generation-database", "none", "--phases", "examples,coverage,fuzzing"]
    command += ["--continue-on-failure", "--request-timeout", "20"]
    for header in (f"Cookie: {cookies}", f"Authorization: Bearer {token}"):
        command += ["--header", header]
    command += ["--header", f"X-Forwarded-For: {new_address()}", f"{API}/openapi.json"]
    # In the private folder, because it leaves notes where it runs.
    folder = os.environ["OKTO_SECURITY_PRIVATE"]
    done = subprocess.run(command, env=environment, cwd=folder, timeout=300, check=False)
    still = employee.get("/").status_code
    if still != 200:
        sys.exit(f"the employee was signed out meanwhile ({still}): nothing is proven")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
