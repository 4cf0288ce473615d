"""Styles, scripts and pictures: their address holds what they are, so a browser asks for each once and never again."""

import functools
import hashlib
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
KEPT_FOR = timedelta(days=365)


@functools.cache
def version():
    """Return 16 hex digits that change with any file of `FOLDER`, its name or what is in it."""
    digest = hashlib.sha256()
    for path in sorted(each for each in FOLDER.rglob("*") if each.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(FOLDER).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
