"""What is built holds what is needed, and nothing that is not ours lies in git."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = (
    "kb/search/fold_table.txt", "web/translations/zh.po", "web/templates/layout.html", "web/static/css/tokens.css",
    "web/static/js/main.js", "web/static/mark.svg", "web/static/vendor/htmx.min.js", "web/static/vendor/icons.svg",
    "web/static/vendor/htmx.LICENSE.txt", "web/static/vendor/icons.LICENSE.txt",
)  # fmt: skip


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")


def build(source, kind, target, path=None):
    """Build a wheel or an sdist by the hook, without pip's isolation: hatchling is a test requirement."""
    env = {**os.environ, "PATH": path} if path is not None else None
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    answer = subprocess.run(command, cwd=source, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return next(target.iterdir())


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of what git has, without anything built."""
    folder = tmp_path_factory.mktemp("clone")
    for name in git("ls-files"):
        if name and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def sdist(clone, tmp_path_factory):
    return build(clone, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """A wheel built from the sdist where there is no npm."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return build(next(folder.iterdir()), "wheel", tmp_path_factory.mktemp("wheel"), path=str(folder))


def test_nothing_built_and_nothing_of_others_lies_in_git():
    wrong = [
        name for name in git("ls-files") if "/vendor/" in name or name.endswith((".min.js", ".whl", ".parquet", ".db"))
    ]
    assert wrong == []


def test_the_wheel_from_an_sdist_without_npm_holds_everything_a_page_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert set(NEEDED) <= names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "tools/"))]
    assert not [name for name in names if "node_modules" in name]


def test_the_libraries_are_those_the_lock_names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert b"htmx" in archive.read("web/static/vendor/htmx.min.js")
        icons = archive.read("web/static/vendor/icons.svg").decode()
    assert "<symbol" in icons
    assert "http://" not in icons.replace("http://www.w3.org/", "")


def test_versions_are_pinned_alike_everywhere():
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        assert f"{line.split(' ;')[0]}" in locked
    assert locked.count("--hash=sha256:") >= locked.count("==")
