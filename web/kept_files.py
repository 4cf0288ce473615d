"""Files that people handed in, on their way to a browser."""

from flask import current_app, send_file

from kb import files
from web.security import SANDBOXED


def sent(sha256, **options):
    """Return a kept file as an answer that may do nothing in a browser."""
    answer = send_file(files.path_of(current_app.config["HOME"], sha256), etag=sha256, **options)
    answer.headers["Content-Security-Policy"] = SANDBOXED
    return answer
