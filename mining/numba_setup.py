"""Where numba keeps what it compiled. Imported before numba, by every file with a kernel in it.

Compiling the miner takes most of a minute, so it is kept on disk; without a writable place it is done again in each
process, which is slow but never an error.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import platformdirs


def _cache_folder():
    named = os.environ.get("NUMBA_CACHE_DIR")
    wanted = Path(named) if named else _user_cache()
    if _is_writable(wanted):
        return wanted
    try:
        private = Path(tempfile.mkdtemp(prefix="kezhi-numba-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    return private


def _user_cache():
    # numba looks at the file of a kernel, not at the files of the kernels it calls: an edit there would leave stale
    # machine code. The digest of all of them in the path keeps versions apart.
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        text = source.read_bytes()
        if b"@kernel" in text:
            digest.update(text)
    return Path(platformdirs.user_cache_dir("kezhi", appauthor=False)) / "numba" / digest.hexdigest()[:16]


def _is_writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER = _cache_folder()
if FOLDER is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)
    if "numba" in sys.modules:  # its configuration was read before we came
        sys.modules["numba"].config.CACHE_DIR = str(FOLDER)

import numba  # noqa: E402

# Without the GIL, so that progress and cancel work; not parallel=True, whose thread layers abort under
# concurrent callers (numba/numba#10565).
kernel = numba.njit(nogil=True, cache=FOLDER is not None)
