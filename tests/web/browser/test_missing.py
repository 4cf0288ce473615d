import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.browser.conftest import MISSING, browser_path

ROOT = Path(__file__).parents[3]


def test_without_a_browser_its_tests_fail_and_say_what_to_install(tmp_path):
    env = {**os.environ, "PATH": str(tmp_path)}
    env.pop("CHROMIUM", None)
    one = "tests/web/browser/test_pages.py::test_a_menu_shows_only_what_the_role_may_open"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", one]
    answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert MISSING in answer.stdout


def test_a_browser_that_is_not_where_it_is_said_to_be_is_told_of(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(pytest.fail.Exception, match="CHROMIUM=path"):
        browser_path()


def test_readme_names_what_the_browser_tests_need():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "Debian's `chromium-headless-shell` (or `chromium`)" in readme
    assert "`CHROMIUM`" in readme
