"""RESULTS.md: each benchmark writes its own section, with commit, machine and versions, whatever came out."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_INTRODUCTION = """# What was measured

Each section is written by the command it names, also when the figures are bad. The machines are shared and noisy: only
ratios within one run mean anything.
"""


def write(title, command, table, packages, remarks=""):
    """Replace the section `title` of RESULTS.md.

    Parameters
    ----------
    title, command, table, remarks : str
    packages : iterable of str
        Whose versions matter.
    """
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    where = f"Commit {_commit()}, {_machine()}, Python {platform.python_version()}, {versions}."
    section = f"## {title}\n\n`{command}`\n\n{where}\n\n{table}\n"
    if remarks:
        section += f"\n{remarks}\n"
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else _INTRODUCTION
    parts = re.split(r"(?m)^(?=## )", text)
    parts = [part.strip() + "\n" for part in parts if not part.startswith(f"## {title}\n")]
    RESULTS.write_text("\n".join([parts[0], *sorted([*parts[1:], section])]), "utf-8")


def table(head, rows):
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _commit():
    answer = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def _machine():
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
        model = re.search(r"(?m)^model name\s*: (.*)$", info)[1]
    except (OSError, TypeError):
        model = platform.machine()
    return f"{len(os.sched_getaffinity(0))} cores of {model}"
