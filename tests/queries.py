"""Counting what a page asks the database for."""

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Around every request stand the same few statements: its transaction, the tests' savepoints, its scope, its record. before the
# first of a change, who makes it.
FRAME = re.compile(
    r"\s*(SELECT set_config\('pghistory\.context_id'.*?, true\); )?"
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET LOCAL|SELECT mendline_enter_|SELECT mendline_record_access|SELECT set_config\('mendline)",
    re.DOTALL,
)


class Asked(CaptureQueriesContext):
    """The statements that ask for rows or change some."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def captured_queries(self) -> list[dict[str, Any]]:
        return [query for query in super().captured_queries if not FRAME.match(query["sql"])]


class AtMost(Asked):
    """Fails when more is asked than ``most``, or anything but ``exactly``."""

    def __init__(self, most: int, *, exactly: bool = False) -> None:
        super().__init__()
        self.most, self.exactly = most, exactly

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        super().__exit__(kind, error, trace)
        if kind is None:
            asked = [query["sql"] for query in self.captured_queries]
            is_right = len(asked) == self.most if self.exactly else len(asked) <= self.most
            assert is_right, f"{len(asked)} statements, not {self.most}:\n" + "\n".join(asked)
