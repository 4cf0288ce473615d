"""The knowledge map: around one thing, topics against departments, and how two things are connected."""

from flask import Blueprint, Response, current_app, g, render_template, request

from kb import members, namesakes, notes, topics
from kb.errors import Invalid, N_
from kb.map import ego, introducing, links, matrix, path, things
from kb.map.things import Thing
from kb.search.find import search
from kb.store import utc_now
from web import csv_file, map_drawing, map_walk, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("map", __name__)

_NOTES_FOUND = 8
_INTRODUCING = 5
_HEAD = (N_("Topic"), N_("Notes"), N_("People who know it"))


@bp.get("/map")
@allowed("note.read")
def index():
    query = request.args.get("q", "")
    if query.strip():
        current_app.extensions["access_log"].add(member_id=g.member.id, action="search")
    found = _found(query)
    return render_template(
        "map/start.html",
        asked=query,
        found=found,
        places=_places(found),
        topics=topics.listing(g.db, reader=g.reader)[:_NOTES_FOUND],
    )


@bp.get("/map/<key>")
@allowed("note.read")
def show(key):
    walk, found = _stands(key)
    ids = [node.thing.id for node in found.nodes if node.thing.kind == "note"]
    return render_template(
        "map/show.html",
        walk=walk,
        ego=found,
        drawing=map_drawing.drawing(found),
        notes={note.id: note for note in notes.of_ids(g.db, ids, reader=g.reader)},
        way=_named(walk.way),
        kinds=things.KINDS,
    )


@bp.get("/map/<key>/beside")
@allowed("note.read")
def beside(key):
    """Answer the neighbourhood as the part of a thing's own page that is fetched once that page stands."""
    thing, _ = things.by_key(g.db, key, reader=g.reader)
    found = ego.of(g.db, thing, reader=g.reader, now=utc_now(), kinds=ego.BESIDE_NOTES)
    return render_template("map/beside.html", ego=found, drawing=map_drawing.drawing(found))


@bp.get("/map/<key>.svg")
@allowed("note.read")
def picture(key):
    walk, found = _stands(key)
    ids = [node.thing.id for node in (*found.nodes, found.centre) if node.thing.kind == "note"]
    body = render_template(
        "map/picture.svg",
        walk=walk,
        ego=found,
        drawing=map_drawing.drawing(found),
        notes={note.id: note for note in notes.of_ids(g.db, ids, reader=g.reader)},
        paint=map_drawing.colours(),
        now=utc_now(),
    )
    answer = Response(body, mimetype="image/svg+xml")
    # A product has its name in the address, which may be Chinese.
    answer.headers.set("Content-Disposition", "attachment", filename=f"map-{walk.thing.key}.svg")
    return answer


@bp.get("/map/matrix")
@allowed("note.read")
def grid():
    page = paging.page(request.args)
    only = request.args.get("only") == "risk"
    whole = matrix.of(g.db, reader=g.reader)
    rows = [row for row in whole.rows if row.is_risk or not only]
    shown = rows[page.offset : page.offset + page.size]
    cells = matrix.cells(g.db, whole, [row.topic.id for row in shown])
    return render_template(
        "map/matrix.html",
        matrix=whole,
        rows=[(row, cells[row.topic.id]) for row in shown],
        names=members.names(g.db, {cell.sole for its in cells.values() for cell in its if cell.is_risk and cell.sole}),
        only=only,
        least=matrix.LEAST,
        pages=page.of(len(rows)),
    )


@bp.get("/map/matrix.csv")
@allowed("note.read")
def grid_sheet():
    whole = matrix.of(g.db, reader=g.reader)
    cells = matrix.cells(g.db, whole, [row.topic.id for row in whole.rows])
    head = [translate(each) for each in _HEAD]
    for each in whole.departments:
        head += [f"{each['name']}: {translate(N_('Notes'))}", f"{each['name']}: {translate(N_('People who know it'))}"]
    lines = (
        [row.topic.name, row.topic.notes, row.people, *(n for cell in cells[row.topic.id] for n in cell[:2])]
        for row in whole.rows
    )
    named = {"Content-Disposition": "attachment; filename=topics-departments.csv"}
    return Response(csv_file.text(head, lines), mimetype="text/csv", headers=named)


@bp.get("/map/path")
@allowed("note.read")
def connection():
    ends = [_end(name) for name in ("from", "to")]
    start, end = (each["thing"] for each in ends)
    is_whole = bool(start and end and start != end)
    return render_template(
        "map/path.html",
        ends=ends,
        places=_places([choice for end in ends for choice in end["choices"]]),
        found=path.between(g.db, start, end, reader=g.reader) if is_whole else None,
        longest=path.LONGEST,
        link_why=links.why,
        introducing=introducing.of(g.db, end, reader=g.reader, now=utc_now(), most=_INTRODUCING)
        if is_whole and end.kind == "customer"
        else [],
    )


def _stands(key):
    """Return where an address stands on the map, and the `Ego` there."""
    thing, _ = things.by_key(g.db, key, reader=g.reader)
    walk = map_walk.of_request(thing, request.args)
    found = ego.of(g.db, thing, reader=g.reader, now=utc_now(), kinds=walk.kinds, opened=walk.opened)
    return walk, found


def _found(query):
    """Return ``[(thing, name)]`` that the words of a search name, and the notes they stand in."""
    if not query.strip():
        return []
    named = things.find(g.db, query, reader=g.reader)
    try:
        hits = search(g.db, current_app.config["HOME"], query, reader=g.reader, limit=_NOTES_FOUND).hits
    except Invalid:
        hits = []
    return named + [(Thing("note", hit.id), hit.title) for hit in hits]


def _places(found):
    """Return ``{member id: (department, account)}`` of the colleagues among what a search names."""
    return namesakes.places(g.db, [thing.id for thing, _ in found if thing.kind == "member"])


def _named(way):
    """Return ``[(thing, name)]`` of the steps of a way that are still there."""
    names = things.names(g.db, way, reader=g.reader)
    return [(each, names[each]) for each in way if each in names]


def _end(name):
    """Return one end of a way: what stands in the address, or what a word of it names, to choose from."""
    asked = request.args.get(name, "")
    if not asked and name == "from" and g.reader.member_id:
        asked = Thing("member", g.reader.member_id).key
    if things.of_key(asked):
        thing, called = things.by_key(g.db, asked, reader=g.reader)
        # What stands in the field leads to the same one again.
        accounts = [account for _, account in _places([(thing, called)]).values() if account]
        return {"field": name, "asked": accounts[0] if accounts else called, "thing": thing, "choices": []}
    choices = _found(asked)
    of_account = [Thing("member", who) for who, _ in members.of_logins(g.db, [asked.strip()]).values()]
    exact = of_account or [thing for thing, called in choices if called == asked.strip()]
    only = exact if len(exact) == 1 else [thing for thing, _ in choices] if len(choices) == 1 else []
    return {"field": name, "asked": asked, "thing": only[0] if only else None, "choices": [] if only else choices}
