"""``kezhi customers``: the organisations and persons the company serves."""

from pathlib import Path

import click

from kb import customer_import, customers, erasure, leftovers
from kb.access import OPERATOR
from kb.errors import N_, NotFound
from kb.search import indexer
from kb.store import utc_now
from mining import erasure as of_all, table_file
from web import answers
from web.commands.common import WITH_REJECTED_ROWS, Command, Group, as_reader, as_writer
from web.commands.tables import table
from web.commands.terminal import in_one_line
from web.commands.values import mapping, whole


@click.group("customers", cls=Group)
def command():
    """Add, import, list, show and erase customers."""


@command.command("add", cls=Command)
@click.argument("name")
@click.option("--number", default="", help="Member number; nobody else may have it.")
@click.option("--phone", default="", help="Phone number.")
@click.option("--mail", default="", help="Mail address.")
@click.option("--city", default="", help="Where they are.")
@click.option("--segment", default="", help="The group they belong to.")
@click.option("--another", "is_another", is_flag=True, help="They are not who is archived under that name or phone.")
@as_writer
@click.pass_obj
def add(terminal, name, login, **fields):
    """Write a customer."""
    reader = terminal.reader(login)
    made = customers.add(terminal.db, name=name, **fields, by=reader, now=utc_now())
    others = customers.doubles(terminal.db, made, reader=reader)
    lines = [terminal.sentence(N_("Saved %(name)s as customer %(id)d."), name=made.name, id=made.id)]
    if others:
        lines += [
            terminal.sentence(N_("There are others of this name or phone:")),
            *_lines(terminal, others, len(others)),
        ]
    terminal.answer({**answers.customer(made), "doubles": [each.id for each in others]}, lines)


@command.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--map", "columns", metavar="FIELD=COLUMN,…", help="Which column holds what: name=客户,phone=手机.")
@click.option("--encoding", metavar="NAME", help="utf-8, gb18030, big5 or utf-16; found out when left away.")
@click.option("--bring-back", is_flag=True, help="Bring back archived customers that the file names.")
@as_writer
@click.pass_context
def import_(ctx, file, columns, encoding, bring_back, login):
    """Import customers from a csv or xlsx file; who is known already is completed, who is archived left alone."""
    terminal = ctx.obj
    chosen = mapping(columns, "--map", customers.FIELDS)
    found = table_file.read(Path(file), customer_import.COLUMNS, needed="name", mapping=chosen, encoding=encoding)
    by = {"by": terminal.reader(login), "now": utc_now()}
    told = customer_import.add_all(terminal.db, found.rows, bring_back=bring_back, **by)
    terminal.answer(
        {
            "file": found.file,
            "encoding": found.encoding,
            "mapping": found.mapping,
            "rows": told["rows"],
            "ids": told["ids"],
            **{
                name: [answers.reject(row, problem, terminal.translate) for row, problem in told[name]]
                for name in ("rejects", "left", "notices")
            },
        },
        _import_lines(terminal, found, told),
    )
    if told["rejects"]:
        ctx.exit(WITH_REJECTED_ROWS)


@command.command("list", cls=Command)
@click.argument("query", default="")
@click.option("--limit", default="50", show_default=True, help="Most customers to show.")
@as_reader
@click.pass_obj
def list_(terminal, query, limit, login):
    """List customers, or find them by name, pinyin, member number or the last four digits of the phone."""
    found, total = customers.listing(
        terminal.db, reader=terminal.reader(login), query=query, limit=whole(limit, "--limit")
    )
    terminal.answer(
        {"total": total, "customers": [answers.customer(each) for each in found]}, _lines(terminal, found, total)
    )


@command.command("show", cls=Command)
@click.argument("customer_id", metavar="ID")
@as_reader
@click.pass_obj
def show(terminal, customer_id, login):
    """Show one customer."""
    found = customers.get(terminal.db, _number(customer_id), reader=terminal.reader(login))
    terminal.answer(answers.customer(found), _lines(terminal, [found], 1))


@command.command("erase", cls=Command)
@click.argument("customer_id", metavar="ID")
@click.option("--reason", required=True, help="The request or the law that asks for it; it stays readable.")
@click.option("--keep-notes", is_flag=True, help="Leave the notes about them only, which go otherwise.")
@click.option("--keep-versions", is_flag=True, help="Leave the versions of other notes that name them.")
@click.option("--with-quoted", is_flag=True, help="Delete the other notes that were made of what they said.")
@click.option(
    "--with-traces", is_flag=True, help="Delete what the record keeps of comments, uses and the like that name them."
)
@click.option("--with-file-names", is_flag=True, help="Take them out of the names of attached files.")
@click.option(
    "--with-unsaved", is_flag=True, help="Delete the unsaved texts and pictures of colleagues that name them."
)
@click.option("--with-files", is_flag=True, help="Delete the handed-in files in which they may stand.")
@click.option("--dry-run", is_flag=True, help="Only say what would go and what would stay.")
@click.pass_obj
def erase(terminal, customer_id, reason, keep_notes, keep_versions, with_quoted, with_files, dry_run, **more):
    """Delete a customer, their interactions and the notes about them only for good."""
    db, number = terminal.db, _number(customer_id)
    planned = erasure.plan(db, number, by=OPERATOR)
    files = of_all.files_naming(db, planned.words)
    notes = [] if keep_notes else [note.id for note in planned.about]
    notes += [note.id for note in planned.quoting] if with_quoted else []
    versions = [] if keep_versions else [note.id for note, _ in planned.versions]
    told = {
        "id": number,
        "interactions": planned.interactions,
        "notes": notes,
        "versions": {str(note.id): count for note, count in planned.versions if note.id in versions},
        "files": [each.place for each in files] if with_files else [],
        "still_naming": [note.id for note in planned.named],
        "interactions_naming": planned.talks,
        "views_naming": planned.views,
        "made_of_their_words": [note.id for note in planned.quoting if note.id not in notes],
        "file_names_naming": 0 if more["with_file_names"] else planned.file_names,
        "unsaved_naming": 0 if more["with_unsaved"] else planned.unsaved,
        "changes_naming": planned.fixed + (0 if more["with_traces"] else planned.traces),
        "files_left": [] if with_files else [each.place for each in files],
    }
    if dry_run:
        terminal.answer({**told, "change": None, "left": []}, _erasure_lines(terminal, told, []))
        return
    seq = of_all.erase_customer(
        db, number, note_ids=notes, with_closed=False, version_ids=versions, places=told["files"],
        by=OPERATOR, now=utc_now(), reason=reason, **more,
    )  # fmt: skip
    indexer.catch_up(db, terminal.home)
    left = leftovers.of_customer(db, number, by=OPERATOR)
    terminal.answer(
        {**told, "change": seq, "left": [each.details(terminal.translate) for each in left]},
        [
            terminal.sentence(N_("Customer %(id)d is erased; that they were is kept."), id=number),
            *_erasure_lines(terminal, told, left),
        ],
    )


def _erasure_lines(terminal, told, left):
    yield terminal.sentence(
        N_("Goes: %(talks)d interactions, %(notes)d notes, versions of %(versions)d other notes, %(files)d files."),
        talks=told["interactions"],
        notes=len(told["notes"]),
        versions=len(told["versions"]),
        files=len(told["files"]),
    )
    if told["still_naming"]:
        ids = ", ".join(map(str, told["still_naming"]))
        yield terminal.sentence(N_("These notes stay and name them today; mend or erase them: %(ids)s"), ids=ids)
    if told["made_of_their_words"]:
        ids = ", ".join(map(str, told["made_of_their_words"]))
        yield terminal.sentence(
            N_("These notes were made of what they said, and stay without --with-quoted: %(ids)s"), ids=ids
        )
    if told["file_names_naming"]:
        yield terminal.sentence(
            N_("%(count)d attached files are named after them; --with-file-names takes that out."),
            count=told["file_names_naming"],
        )
    if told["unsaved_naming"]:
        yield terminal.sentence(
            N_("%(count)d unsaved texts and pictures of colleagues name them; --with-unsaved deletes them."),
            count=told["unsaved_naming"],
        )
    stays = {"talks": told["interactions_naming"], "views": told["views_naming"], "changes": told["changes_naming"]}
    if any(stays.values()):
        yield terminal.sentence(
            N_(
                "%(talks)d interactions with others, %(views)d saved views and %(changes)d entries in the record of"
                " changes name them, and stay."
            ),
            **stays,
        )
    if told["files_left"]:
        yield terminal.sentence(
            N_("Files in which they may stand; --with-files deletes them: %(files)s"),
            files=", ".join(told["files_left"]),
        )
    for each in left:
        yield in_one_line(each.details(terminal.translate))


def _number(text):
    # SQLite's integers end at 2**63: what cannot be an id is the id of nobody.
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound(
            N_("There is no customer %(value)s."),
            hint=N_("Look by name, member number or the last four digits of the phone."),
            value=text,
        )
    return int(text)


def _lines(terminal, found, total):
    head = (N_("No."), N_("Customer name"), N_("Member number"), N_("Phone"), N_("Place"), N_("Segment"))
    rows = [[each.id, each.name, each.number, each.phone, each.city, each.segment] for each in found]
    yield from table([terminal.translate(text) for text in head], rows, right=(0,))
    if total > len(found):
        yield terminal.sentence(N_("%(shown)d of %(total)d; --limit shows more."), shown=len(found), total=total)


def _import_lines(terminal, found, told):
    yield terminal.sentence(
        N_(
            "%(file)s: %(read)d rows read, %(loaded)d customers added, %(merged)d known already"
            " (%(completed)d of them completed), %(rejected)d refused."
        ),
        file=found.file,
        **told["rows"],
    )
    for row, problem in sorted(told["rejects"] + told["left"] + told["notices"], key=lambda each: each[0]):
        yield terminal.of_row(answers.reject(row, problem, terminal.translate))
