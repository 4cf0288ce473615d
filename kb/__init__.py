"""The knowledge store, its search and its map. Knows no browser."""

import sys

# Where pandas is installed, sqlite-utils imports it to know one more type of its: half a second of each command and
# 50 MB of each process.
if "pandas" not in sys.modules:
    sys.modules["pandas"] = None
    import sqlite_utils  # noqa: F401

    del sys.modules["pandas"]
