"""One upload by a process no file of which may grow beyond some bytes; a limit like that needs no root.

``python -m tests.web.on_a_full_disk HOME PASSWORD ADDRESS`` prints the status and the page. In a process of its own:
of a request that broke off, werkzeug leaves files open.
"""

import io
import resource
import sys
from pathlib import Path

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.web.conftest import Browser
from web import create_app

_MOST_BYTES = 200_000
# The one is laid aside in memory while it is being sent, the other on the disk.
_LINES = (20_000, 60_000)


def main():
    home, password, address = sys.argv[1:]
    browser = Browser(create_app(Path(home), hosts=["localhost"]))
    browser.get("/login")
    browser.post("/login", {"login": "lin", "password": password})
    browser.get("/notes/import")
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_BYTES, _MOST_BYTES))
    for lines in _LINES:
        content = "正文,订单,商品\n".encode() + b"abc,1,xyzxyz\n" * lines
        form = {"dimension": "for", "audience": "all", "valid_from": "2026-01-01", "topics": "搬来的", "readers": "all"}
        file = FileStorage(io.BytesIO(content), filename="评价.csv")
        boundary, body = encode_multipart({**form, "csrf_token": browser.token, "file": file})
        answer = browser.http.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")
        sys.stdout.write(f"{answer.status_code} {'磁盘已满' in answer.text}\n")


if __name__ == "__main__":
    main()
