"""The register of sources in and out of a table."""

import tempfile
from pathlib import Path

from flask import Blueprint, Response, g, render_template, request

from kb import source_import, sources
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import table_file
from web import csv_file, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("source_files", __name__)

_ROWS_SHOWN = 100
_HEAD = (
    N_("Source name"), N_("Kind"), N_("Where it lies"), N_("How to get access"), N_("Topics"), N_("Owner"),
    N_("Look at it again every … months"),
)  # fmt: skip
_KINDS = {
    "file": N_("File"), "database": N_("Database"), "tool": N_("Tool"), "equipment": N_("Equipment"),
    "application": N_("Application software"), "paper": N_("Paper"),
}  # fmt: skip


@bp.get("/sources/list.csv")
@allowed("source.read")
def export():
    lines = (
        [
            each.name,
            translate(_KINDS[each.kind]),
            each.place,
            each.access,
            "、".join(topic["name"] for topic in each.topics),
            each.owner,
            each.months,
        ]
        for each in sources.listing(g.db, reader=g.reader)
    )
    body = csv_file.text([translate(each) for each in _HEAD], lines)
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=sources.csv"})


@bp.get("/sources/import")
@allowed("source.write")
def choose():
    return render_template("sources/import.html")


@bp.post("/sources/import")
@allowed("source.write")
def take():
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return render_template("sources/import.html", problem=Invalid(N_("Choose a file."), field="file")), 422
    name = paging.plain_name(upload.filename)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sources"
        upload.save(path)
        try:
            found = table_file.read(path, source_import.COLUMNS, needed="name", name=name)
        except Invalid as problem:
            return render_template("sources/import.html", problem=problem), 422
    told = source_import.take_in(g.db, map(_split, found.rows), by=g.reader, now=utc_now())
    return render_template("sources/import.html", file=name, told=told, shown=_ROWS_SHOWN)


def _split(numbered):
    number, row = numbered
    return number, row if isinstance(row, Invalid) else {**row, "topics": paging.split_names(row.get("topics", ""))}
