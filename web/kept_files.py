"""Files that people handed in, on their way to a browser."""

from flask import current_app, flash, request, send_file

from kb import files
from kb.file_kinds import PICTURES
from web.security import SANDBOXED, not_found

# They travel in a cookie.
_REFUSED_SHOWN = 5
_TYPES = {
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    **{kind: f"image/{kind}" for kind in PICTURES},
}


def sent(sha256, **options):
    """Return a kept file as an answer that may do nothing in a browser."""
    answer = send_file(files.path_of(current_app.config["HOME"], sha256), etag=sha256, **options)
    answer.headers["Content-Security-Policy"] = SANDBOXED
    return answer


def handed_out(attachment):
    """Send an attached file: a picture we made ourselves to be seen, everything else only to be kept."""
    if not files.is_ready(attachment):
        raise not_found()
    is_shown = attachment["kind"] in PICTURES and "download" not in request.args
    kind = _TYPES.get(attachment["kind"], "application/octet-stream")
    return sent(attachment["sha256"], mimetype=kind, as_attachment=not is_shown, download_name=attachment["name"])


def small(attachment):
    """Send the small picture of an attached one."""
    if attachment["thumbnail"] is None:
        raise not_found()
    return sent(attachment["thumbnail"], mimetype="image/webp")


def tell_refused(problems):
    """Say on the next page why some files were not taken."""
    for problem in problems[:_REFUSED_SHOWN]:
        flash({"problem": {"template": problem.template, "hint": problem.hint, "values": problem.values}})
