"""Topics in and out of files: csv for people, SKOS for other tools."""

import tempfile
from pathlib import Path

from flask import Blueprint, Response, g, render_template, request, url_for

from kb import skos, topic_import
from kb.errors import Invalid, N_
from kb.facets import FACETS
from kb.store import utc_now
from mining import table_file
from web import csv_file, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("topic_files", __name__)

_ROWS_SHOWN = 100
_HEAD = (N_("Topic"), N_("Also called"), N_("Stands under"), N_("Facet"), N_("Owner"), N_("Notes"), N_("Address"))
_TYPES = {"csv": "text/csv", "ttl": "text/turtle", "rdf": "application/rdf+xml"}


@bp.get("/topics/list.<any(csv, ttl, rdf):kind>")
@allowed("topic.read")
def export(kind):
    found = skos.concepts(g.db, reader=g.reader)
    if kind == "csv":
        body = csv_file.text([translate(each) for each in _HEAD], map(_line, found))
    else:
        written = skos.turtle if kind == "ttl" else skos.rdf_xml
        scheme = url_for("topics.index", _external=True)
        body = written(found, address=_address, scheme=scheme, title=translate(N_("Topics")))
    return Response(body, mimetype=_TYPES[kind], headers={"Content-Disposition": f"attachment; filename=topics.{kind}"})


@bp.get("/topics/import")
@allowed("topic.arrange")
def choose():
    return render_template("topics/import.html")


@bp.post("/topics/import")
@allowed("topic.arrange")
def take():
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        problem = Invalid(N_("Choose a file."), field="file")
        return render_template("topics/import.html", problem=problem), 422
    name = paging.plain_name(upload.filename)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "topics"
        upload.save(path)
        try:
            told = topic_import.take_in(g.db, _rows(path, name), by=g.reader, now=utc_now())
        except Invalid as problem:
            return render_template("topics/import.html", problem=problem), 422
    return render_template("topics/import.html", file=name, told=told, shown=_ROWS_SHOWN)


def _rows(path, name):
    if name.rsplit(".", 1)[-1].lower() in skos.FORMATS:
        return skos.read(path, name)
    return [
        (number, _split(row))
        for number, row in table_file.read(path, topic_import.COLUMNS, needed="name", name=name).rows
    ]


def _split(row):
    if isinstance(row, Invalid):
        return row
    return {**row, **{name: paging.split_names(row.get(name, "")) for name in ("aliases", "parents")}}


def _line(found):
    topic, place = found
    names = "、".join
    facet = translate(FACETS[place.facet]) if place.facet else ""
    return [
        topic.name,
        names(place.aliases),
        names(each.name for each in place.parents),
        facet,
        place.owner or "",
        topic.notes,
        _address(topic.id),
    ]


def _address(topic_id):
    return url_for("topics.show", topic_id=topic_id, _external=True)
