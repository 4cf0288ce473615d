"""The arrows of the imports, and what has one place only."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("kb", "mining", "web") for path in sorted((ROOT / package).rglob("*.py"))]
# What each package may import of ours.
MAY = {"kb": {"kb"}, "mining": {"kb", "mining"}, "web": {"kb", "mining", "web"}}
# The estimators run without the rest: they know matrices, not the store.
ESTIMATORS = (
    "itemsets", "rules", "frequent", "frequent_kernels", "closed", "closed_kernels", "rule_kernels", "measures",
    "significance", "threshold", "errors", "popcount", "numba_setup", "bit_kernels", "trie_kernels", "order_kernels",
    "kernel_cache", "stopping", "budget", "constraints",
)  # fmt: skip


def imports(path):
    """Return the modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    package = path.relative_to(ROOT).parts[0]
    ours = {name.split(".")[0] for name in imports(path)} & set(MAY)
    assert ours <= MAY[package]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimators_know_no_store(name):
    assert not [each for each in imports(ROOT / "mining" / f"{name}.py") if each.split(".")[0] in ("kb", "web")]


def test_the_store_knows_no_browser():
    script = (
        "import sys; sys.modules['flask'] = None; import kb.notes, kb.map.experts, kb.search.find, kb.search.indexer,"
        " kb.search.check, kb.members, kb.sessions, kb.check"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_a_command_waits_for_no_library_that_it_does_not_ask():
    script = (
        "import importlib.util, sys, mining.jobs, mining.worker;"
        " assert importlib.util.find_spec('pandas');"
        " print([name for name in ('pandas', 'rjieba', 'sklearn', 'flask') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "[]", answer.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_transaction_begins_in_one_place_only(path):
    text = path.read_text("utf-8")
    if path == ROOT / "kb/store.py":
        return
    assert not re.search(r"\.atomic\(|\.begin\(|with \w*\.?conn\b|BEGIN (IMMEDIATE|DEFERRED|EXCLUSIVE)", text)


@pytest.mark.parametrize("path", [path for path in FILES if "web" in path.parts], ids=lambda path: path.name)
def test_sql_stays_with_its_noun(path):
    assert not re.search(
        r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b .*\b(FROM|SET|VALUES|WHERE)\b", path.read_text("utf-8")
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_no_path_of_a_machine_and_no_other_host_stands_in_what_ships():
    shipped = [
        *FILES,
        *(ROOT / "web").rglob("*.html"),
        *(ROOT / "web/static/css").glob("*.css"),
        *(ROOT / "web/static/js").glob("*.js"),
    ]
    places = re.compile(r"/(?:home|opt|mnt|srv|Users)/\w+|(?:src|href)=\"https?://|@import|url\(https?:")
    wrong = {str(path.relative_to(ROOT)): places.findall(path.read_text("utf-8")) for path in shipped}
    wrong = {name: found for name, found in wrong.items() if found}
    assert wrong == {}
