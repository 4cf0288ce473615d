"""Libraries that a benchmark compares with: installed when one measures, beside what Kezhi needs and not into it."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import platformdirs


def install(wanted, folder):
    """Make libraries importable, by pip where they are not there yet.

    Parameters
    ----------
    wanted : iterable of str
        Each ``name==version``. Without what they depend on: numpy, pandas and scipy are here already, and what only
        draws is not needed.
    folder : str
        Name of the folder of the cache that holds them.
    """
    place = Path(platformdirs.user_cache_dir("kezhi", appauthor=False)) / folder
    # Behind what is installed.
    sys.path.append(str(place))
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place)]
    for peer in wanted:
        name, number = peer.split("==")
        if not list(place.glob(f"{name}-{number}.dist-info")):
            subprocess.run([*command, peer], check=True)
        if version(name) != number:
            raise SystemExit(f"{name} {number} is wanted, {version(name)} is installed")
