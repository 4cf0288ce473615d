"""Where numba keeps what it compiled; asked without loading numba.

Compiling the miner takes most of a minute, so it is kept on disk; without a writable place it is done again in each
process, which is slow but never an error.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import platformdirs


def is_prepared():
    """Return whether `mining.preparing` left here all that mining rules needs, for this Python and this numba."""
    return FOLDER is not None and (FOLDER / MARK).exists()


def _cache_folder():
    """Return where it is kept, and whether other processes find it there."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    wanted = Path(named) if named else _user_cache()
    if _is_writable(wanted):
        return wanted, True
    try:
        private = Path(tempfile.mkdtemp(prefix="kezhi-numba-"))
    except OSError:
        return None, False
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    return private, False


def _user_cache():
    # numba looks at the file of a kernel, not at the files of the kernels it calls: an edit there would leave stale
    # machine code. The digest of all of them in the path keeps versions apart.
    return Path(platformdirs.user_cache_dir("kezhi", appauthor=False)) / "numba" / _digest()


def _digest():
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        text = source.read_bytes()
        if b"@kernel" in text:
            digest.update(text)
    return digest.hexdigest()[:16]


def _is_writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER, IS_SHARED = _cache_folder()
# Left in the folder by who compiled everything.
MARK = f"rules-{_digest()}-numba{metadata.version('numba')}-py{sys.version_info.major}{sys.version_info.minor}.done"
