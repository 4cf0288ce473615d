"""How a kernel is compiled. Imported before numba, by every file with a kernel in it."""

import os
import sys

from mining.kernel_cache import FOLDER

if FOLDER is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)
    if "numba" in sys.modules:  # its configuration was read before we came
        sys.modules["numba"].config.CACHE_DIR = str(FOLDER)

import numba  # noqa: E402

# Without the GIL, so that progress and cancel work; not parallel=True, whose thread layers abort under
# concurrent callers (numba/numba#10565).
kernel = numba.njit(nogil=True, cache=FOLDER is not None)
