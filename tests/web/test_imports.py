"""A process that answers pages stays light: mining runs elsewhere."""

import subprocess
import sys

SCRIPT = """
import sys
from pathlib import Path
from web import create_app, server
from web.demo import people
home = Path(sys.argv[1])
client = create_app(home, hosts=["localhost"]).test_client()
import re
page = client.get("/login").text
token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
client.post("/login", data={"csrf_token": token, "login": "zhao.ming", "password": people.PASSWORD})
for path in sys.argv[2:]:
    assert client.get(path).status_code == 200, path
print(*{"numba", "llvmlite", "polars", "sklearn", "scipy", "pyspark", "PIL", "pypdf"}.intersection(sys.modules))
"""
PAGES = (
    "/", "/notes", "/notes/1", "/notes/1/history", "/notes/new", "/search?q=密封", "/topics", "/topics/1", "/purchases",
    "/runs", "/runs/1", "/runs/2", "/members", "/password", "/api/v1/runs", "/attachments/1",
    "/classes", "/suggest/classes?title=密封罐受潮", "/notes/bulk?all=1&act=archive",
)  # fmt: skip


def test_no_page_loads_what_only_mining_needs(demo_home, tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(demo_home(tmp_path / "demo")), *PAGES]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == ""
