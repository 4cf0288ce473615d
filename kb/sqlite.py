"""sqlite-utils without pandas.

Where pandas is installed, sqlite-utils imports it to know one type of its: half a second of each command and 50 MB of
each process. Whoever needs the library has it from here.
"""

import sys

_WAS_THERE = "pandas" in sys.modules
if not _WAS_THERE:
    sys.modules["pandas"] = None

from sqlite_utils import Database, Migrations  # noqa: E402

if not _WAS_THERE:
    del sys.modules["pandas"]

__all__ = ["Database", "Migrations"]
