"""A file whose sender is gone in the middle of it leaves nothing behind."""

import socket
import urllib.parse

from kb import files
from kb.store import close_store, open_store
from tests.web.browser.conftest import serving
from tests.web.commands.test_serve import Client

MEGABYTE = b"x" * 1_048_576


def test_an_upload_that_is_cut_off_leaves_neither_file_nor_row_and_the_next_one_is_taken(home, db, a_note, password):
    note = a_note()
    close_store(home)
    with serving("serve", "--home", home, "--port", "0") as (_, address):
        client = Client(address)
        client.get("/login")
        client.post("/login", {"login": "chen", "password": password})
        client.get(f"/notes/{note.id}")
        send(client, address, "/pictures", field="picture", is_whole=False)
        for is_whole in (False, True):
            send(client, address, f"/notes/{note.id}/attachments", is_whole=is_whole)
            # The server has done with the one before by the time it answers the next.
            page = client.get(f"/notes/{note.id}")
            assert ("/attachments/1/" in page) is is_whole
            kept = [*files.stored(home), *(home / "files" / "new").glob("*")]
            assert len(kept) == is_whole
    counts = [open_store(home)[table].count for table in ("attachment", "file", "held_picture")]
    assert counts == [1, 1, 0]
    close_store(home)


def send(client, address, path, *, is_whole, field="files"):
    """Send a file of three megabytes, or close the connection after two of them."""
    where, line = urllib.parse.urlsplit(address), "--b\r\nContent-Disposition: form-data; "
    head = f'{line}name="csrf_token"\r\n\r\n{client.token}\r\n{line}name="{field}"; filename="a.txt"\r\n\r\n'.encode()
    tail = b"\r\n--b--\r\n"
    length = len(head) + 3 * len(MEGABYTE) + len(tail)
    with socket.create_connection((where.hostname, where.port), timeout=20) as line:
        fields = {
            "Host": where.netloc, "Cookie": client.cookie, "Content-Type": "multipart/form-data; boundary=b",
            "Content-Length": length, "Origin": address, "Referer": address + "/", "Connection": "close",
        }  # fmt: skip
        line.sendall(
            f"POST {path} HTTP/1.1\r\n".encode() + "".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode()
        )
        line.sendall(b"\r\n" + head + MEGABYTE * 2)
        if is_whole:
            line.sendall(MEGABYTE + tail)
            assert b" 303 " in line.recv(100)
