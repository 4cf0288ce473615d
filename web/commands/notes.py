"""``kezhi notes``: write, show, export, count, compare and erase pieces of knowledge."""

from dataclasses import replace
from pathlib import Path

import click

from kb import (
    duplicates,
    evidence,
    interaction_notes,
    named_readers,
    note_counts,
    note_details,
    note_history,
    note_import,
    note_sheet,
    notes,
    suggestions,
)
from kb.access import OPERATOR
from kb.dimensions import checked_dimension
from kb.errors import Conflict, N_, NotFound
from kb.folders import reading
from kb.home import today
from kb.search import filters, indexer
from kb.store import utc_now
from mining import note_intake
from web import answers, csv_file
from web.commands import folders
from web.commands.common import WITH_REJECTED_ROWS, Command, Group, as_reader
from web.commands.details import detail_options, details
from web.commands.files import read_text
from web.commands.tables import table
from web.commands.values import mapping

command = Group("notes", help="Write, import, show, export, count and erase knowledge.")

_PAGE = 10_000
_REJECTS_SHOWN = 20
_COLUMNS = (
    "id", "title", "summary", "body", "dimension", "maturity", "standing", "topics", "readers", "named_readers",
    "owner", "department", "customers", "parts", *note_details.COLUMNS, "traits", "facets", "created_at", "updated_at",
)  # fmt: skip


@command.command("add")
@click.option("--title", required=True, help="The conclusion in one sentence.")
@click.option("--summary", default="", help="One sentence more.")
@click.option("--dimension", required=True, help="about, for, from or with.")
@click.option("--topic", "topic_names", required=True, multiple=True, help="What it is about; may be repeated.")
@click.option("--readers", default="all", show_default=True, help="owner, department, list or all.")
@click.option("--reader", "named", multiple=True, metavar="NAME", help="Colleague or department on the list.")
@detail_options
@click.option("--body-file", metavar="FILE", help="Markdown file with the text; - is standard input.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who writes it.")
@click.pass_obj
def add(terminal, title, summary, dimension, topic_names, readers, named, body_file, login, **chosen):
    """Write a note; what it must say beside its text depends on its type."""
    db = terminal.db
    note = notes.add(
        db,
        title=title,
        summary=summary,
        body="" if body_file is None else read_text(body_file),
        dimension=_dimension(dimension),
        topic_names=topic_names,
        details=details(chosen),
        readers=readers,
        named_readers=named_readers.parsed(db, named),
        by=terminal.reader(login),
        now=utc_now(),
    )
    indexer.catch_up(db, terminal.home)
    terminal.answer(
        {"id": note.id, "version": note.version},
        [terminal.sentence(N_("Saved “%(title)s” as note %(id)d."), title=note.title, id=note.id)],
    )


@click.command("import", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--dimension", required=True, help="about, for, from or with.")
@click.option("--topic", "topic_names", multiple=True, help="Topic of rows that name none; may be repeated.")
@click.option("--readers", default="all", show_default=True, help="owner, department or all.")
@click.option("--map", "columns", metavar="FIELD=COLUMN,…", help="Which column holds what: body=review,topics=cat.")
@click.option("--as-topics", is_flag=True, help="Books, chapters, spaces and folders become topics of what is in them.")
@click.option("--dry-run", is_flag=True, help="Of folders and exports only say what would become of each page.")
@click.option("--encoding", metavar="NAME", help="utf-8, gb18030, big5 or utf-16; found out when left away.")
@detail_options
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who writes them.")
@click.pass_context
def import_(ctx, files, dimension, topic_names, readers, columns, as_topics, dry_run, encoding, login, **chosen):
    """Write notes from files: csv, xlsx or lines of JSON, gz and zip are opened; or from a folder or zip of pages.

    Pages are Markdown, or HTML that BookStack or Confluence exported; links between them stay links.
    """
    terminal = ctx.obj
    db, by = terminal.db, terminal.reader(login)
    dimension = _dimension(dimension)
    said = details(chosen)
    if dimension == "for":
        said = replace(said, audience=said.audience or "all", valid_from=said.valid_from or today(terminal.home))
    defaults = note_import.Defaults(dimension, readers, topic_names, said)
    mapped = mapping(columns, "--map", note_import.COLUMNS)
    told = [
        folders.take(terminal, Path(file), defaults, by=by, as_topics=as_topics, is_dry=dry_run)
        for file in files
        if reading.is_folder(Path(file), file)
    ]
    # All are read before the first is written: a file that cannot be must not leave the others half done.
    paths = [Path(file) for file in files if not reading.is_folder(Path(file), file)]
    tables = [note_intake.table(path, mapping=mapped, encoding=encoding) for path in paths]
    for found in tables:
        answer = note_import.add_all(db, found.rows, defaults, by=by, now=utc_now(), columns=found.mapping)
        rejects = [answers.reject(row, problem, terminal.translate) for row, problem in answer["rejects"]]
        told.append({"file": found.file, "encoding": found.encoding, "mapping": found.mapping, **answer,
                     "rejects": rejects})  # fmt: skip
    indexer.catch_up(db, terminal.home)
    terminal.answer(told[0] if len(told) == 1 else told, (line for each in told for line in _told(terminal, each)))
    if any(each["rejects"] for each in told):
        ctx.exit(WITH_REJECTED_ROWS)


command.add_command(import_)


@command.command("learn")
@click.pass_obj
def learn(terminal):
    """Learn anew which topics and facets texts suggest; the worker does so by itself."""
    from kb import learning  # scikit-learn, which nothing else here needs

    model = learning.learn(terminal.db, terminal.home, now=utc_now())
    if model is None:
        raise Conflict(N_("Another process is learning."), hint=N_("Wait for it to end."))
    told = suggestions.measured(terminal.db, terminal.home, reader=OPERATOR)
    head = [terminal.translate(text) for text in (N_("Topic or facet"), N_("Notes"), N_("Suggested"), N_("Right"))]
    rows = [[terminal.translate(each["name"]), each["examples"], each["suggested"], each["right"]] for each in told]
    terminal.answer({"notes": model.notes, "classes": told}, table(head, rows, right=(1, 2, 3)))


@command.command("show")
@click.argument("note_id", metavar="ID")
@as_reader
@click.pass_obj
def show(terminal, note_id, login):
    """Show one note."""
    db = terminal.db
    note = notes.get(db, _number(note_id), reader=terminal.reader(login))
    proofs = evidence.of_note(db, note.id)
    terminal.answer(answers.note(note, proofs), _note_lines(terminal, note, proofs))


@command.command("export")
@click.option("--to", metavar="FILE.zip", help="Write a folder of Markdown files instead, packed, which import reads.")
@as_reader
@click.pass_obj
def export(terminal, to, login):
    """Print all notes: a CSV for a spreadsheet, or JSON with --json."""
    reader = terminal.reader(login)
    if to is not None:
        folders.write(terminal, Path(to), reader)
        return
    found = list(_all(terminal.db, reader))
    terminal.answer({"notes": [answers.note(note) for note in found]}, [_csv(terminal.db, found, reader)])


@command.command("balance")
@as_reader
@click.pass_obj
def balance(terminal, login):
    """Count the notes of each dimension."""
    counts = note_counts.balance(terminal.db, reader=terminal.reader(login))
    head = [terminal.translate(text) for text in (N_("Knowledge type"), N_("Notes"))]
    rows = [[terminal.translate(answers.DIMENSIONS[name]), count] for name, count in counts.items()]
    terminal.answer(answers.balance(counts), table(head, rows, right=(1,)))


@command.command("duplicates")
@as_reader
@click.pass_obj
def find_duplicates(terminal, login):
    """Look for notes that say nearly the same, and show them in groups."""
    db, reader = terminal.db, terminal.reader(login)
    duplicates.scan(db, now=utc_now())
    groups, total = duplicates.listing(db, reader=reader, limit=None)
    told = {"notes": duplicates.state(db).notes, "groups": [[_brief(note) for note in group] for group in groups]}
    lines = [terminal.sentence(N_("%(count)d groups of notes that say nearly the same."), count=total)]
    for group in groups:
        lines += ["", *(f"{note.id:>6}  {note.title}" for note in group)]
    terminal.answer(told, lines)


@command.command("erase")
@click.argument("note_id", metavar="ID")
@click.option("--reason", required=True, help="The request or the law that asks for it; it stays readable.")
@click.option(
    "--with-interactions", is_flag=True, help="Erase the interactions it was made of too: they hold its words."
)
@click.pass_obj
def erase(terminal, note_id, reason, with_interactions):
    """Delete a note and its history for good."""
    db = terminal.db
    number = _number(note_id)
    into = notes.get(db, number, reader=OPERATOR).merged_into
    made_of = interaction_notes.made_of(db, number)
    chosen = {"with_interactions": with_interactions, "by": OPERATOR, "now": utc_now(), "reason": reason}
    seq = note_history.erase(db, number, **chosen)
    indexer.catch_up(db, terminal.home)
    lines = [terminal.sentence(N_("Note %(id)d and its history are erased; that it was is kept."), id=number)]
    if into is not None:
        lines.append(
            terminal.sentence(
                N_("It was merged into note %(id)d: mend or erase what stands there of its text."), id=into
            )
        )
    if made_of and not with_interactions:
        lines.append(
            terminal.sentence(
                N_("The interaction it was made of still holds its words: %(ids)s. --with-interactions erases both."),
                ids=", ".join(map(str, made_of)),
            )
        )
    told = {"id": number, "change": seq, "merged_into": into, "made_of": made_of}
    terminal.answer(told, lines)


def _brief(note):
    return {"id": note.id, "title": note.title, "dimension": note.dimension}


def _dimension(text):
    """Return the dimension of a word for it: from, 来自."""
    return checked_dimension(filters.value_of("dimension", text) or text)


def _told(terminal, told):
    yield terminal.sentence(
        N_("%(file)s: %(read)d rows read, %(loaded)d notes written, %(merged)d known already, %(rejected)d refused."),
        file=told["file"],
        **told["rows"],
    )
    yield from folders.lines(terminal, told)
    if told["scrubbed"]:
        yield terminal.sentence(N_("%(count)d rows lost characters that cannot be stored."), count=told["scrubbed"])
    for each in told["rejects"][:_REJECTS_SHOWN]:
        yield terminal.of_row(each)
    if len(told["rejects"]) > _REJECTS_SHOWN:
        yield terminal.sentence(
            N_("And %(count)d more; --json tells all."), count=len(told["rejects"]) - _REJECTS_SHOWN
        )


def _number(text):
    # SQLite's integers end at 2**63: what cannot be an id is the id of no note.
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound(N_("There is no note %(value)s."), hint=N_("Search for it by its words."), value=text)
    return int(text)


def _all(db, reader):
    offset, total = 0, 1
    while offset < total:
        page, total = notes.listing(db, reader=reader, limit=_PAGE, offset=offset)
        yield from page
        offset += _PAGE


def _csv(db, found, reader):
    rows = []
    for note, texts in zip(found, note_sheet.texts(db, found, reader=reader, word=lambda code, _: code), strict=True):
        row = {**answers.note(note), **texts, "customers": texts["customer"]}
        rows.append([row[name] for name in _COLUMNS])
    return csv_file.text(_COLUMNS, rows).rstrip("\n")


def _note_lines(terminal, note, proofs):
    yield note.title
    if note.summary:
        yield note.summary
    facts = [
        terminal.translate(answers.DIMENSIONS[note.dimension]),
        "、".join(topic["name"] for topic in note.topics),
        note.owner or "",
        note.department or "",
        terminal.formats.time(note.updated_at),
    ]
    yield " · ".join(fact for fact in facts if fact)
    if note.archived:
        yield terminal.sentence(N_("This note is archived."))
    if note.merged_into is not None:
        yield terminal.sentence(N_("It was merged into note %(id)d."), id=note.merged_into)
    if note.body:
        yield ""
        yield note.body
    for proof in proofs:
        yield ""
        yield terminal.sentence(N_("Evidence: %(why)s"), why=proof["why"])
