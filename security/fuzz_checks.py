"""What Schemathesis is to look at while it sends what an employee carries."""

import schemathesis

# Refused before anybody asks who it is: no such route or method, too long, too often.
BEFORE = (404, 405, 413, 414, 429)


@schemathesis.check
def an_employee_gets_nothing(context, response, case):
    """A route that needs a customer says that nobody is signed in."""
    if case.operation.definition.raw.get("security"):
        refused = response.status_code in (400, 401, *BEFORE)
        assert refused, f"{case.method} {case.path}: {response.status_code}"
