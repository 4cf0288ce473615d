"""The packages of the peers, in a folder of their own behind all else that is installed. Imported before pandas, which
looks for pyarrow once.
"""

import subprocess
import sys
from pathlib import Path

import platformdirs

PINNED = ("pyfim==6.28", "rusket==0.1.101", "mlxtend==0.25.0", "efficient-apriori==2.0.6", "pyarrow==26.0.1")
FOLDER = Path(platformdirs.user_cache_dir("kezhi", appauthor=False)) / "benchmark-peers"


def _install():
    done = FOLDER / "pinned.txt"
    if done.exists() and done.read_text("utf-8") == "\n".join(PINNED):
        return
    command = [sys.executable, "-m", "pip", "install", "-q", "--upgrade", "--target", str(FOLDER), *PINNED]
    subprocess.run(command, check=True)
    done.write_text("\n".join(PINNED), "utf-8")


_install()
sys.path.append(str(FOLDER))
