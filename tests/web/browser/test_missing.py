import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.browser.conftest import MISSING

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("named", [None, "/no/such/browser"])
def test_without_a_browser_its_tests_fail_and_say_what_to_install(tmp_path, named):
    env = {**os.environ, "PATH": str(tmp_path)}
    env.pop("CHROMIUM", None)
    if named:
        env["CHROMIUM"] = named
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        "tests/web/browser/test_pages.py",
        "-k",
        "menu",
    ]
    answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert MISSING in answer.stdout


def test_readme_names_what_the_browser_tests_need():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "Debian's `chromium`" in readme
    assert "`CHROMIUM`" in readme
