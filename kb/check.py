"""Whether the store is whole: pages, references, both chains, cursors, schema, the files on notes."""

from dataclasses import dataclass

from kb import access_log, duties, evidence, feed, files, note_counts, products, topic_aliases, topic_tree, traits
from kb.errors import N_, Problem
from kb.map import reasons
from kb.store import home_of

_SHOWN = 20
_RESTORE = N_("Stop writing and restore the last good backup.")
# What a kill left.
_SWEPT = N_("Nothing is lost: the server takes it away by itself a day later.")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was examined: ``checked`` how many of it, ``problems`` what is wrong."""

    name: str
    checked: int
    problems: list


def check(db, *sets):
    """Examine the store.

    Parameters
    ----------
    db : sqlite_utils.Database
    *sets : sqlite_utils.Migrations
        The migrations that should have been applied.

    Returns
    -------
    list of Check
    """
    pages = _integrity(db)
    if pages.problems:
        # What stands on damaged pages cannot be read, let alone believed.
        return [pages]
    schema = _schema(db, sets)
    of_any = [pages, _references(db), _feed(db), _access_log(db), _cursors(db)]
    if schema.problems:
        # Before a migration the tables are not yet what the others would ask.
        return [*of_any, schema]
    return [*of_any, _duties(db), _merged(db), _traits(db), _products(db), _counts(db), _topics(db), _reasons(db),
            _quotes(db), schema, _files(db)]  # fmt: skip


def _integrity(db):
    found = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    problems = [Problem(N_("The database is damaged: %(problem)s."), hint=_RESTORE, problem=each) for each in found]
    return Check("integrity", db.execute("PRAGMA page_count").fetchone()[0], problems)


def _references(db):
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    problems = [
        Problem(
            N_("Row %(row)s of table %(table)s refers to a row of %(parent)s that is not there."),
            hint=_RESTORE,
            row=row,
            table=table,
            parent=parent,
        )
        for table, row, parent, _ in broken[:_SHOWN]
    ]
    checked = sum(len(db[name].foreign_keys) for name in db.table_names())
    return Check("foreign keys", checked, problems)


def _feed(db):
    problems = [Problem(template, hint=_RESTORE, **values) for template, values in feed.verify(db)]
    return Check("feed", feed.last_seq(db), problems[:_SHOWN])


def _access_log(db):
    problems = [Problem(template, hint=_RESTORE, **values) for template, values in access_log.verify(db)]
    return Check("access log", db["access_log"].count, problems[:_SHOWN])


def _cursors(db):
    last = feed.last_seq(db)
    rows = list(db["cursor"].rows)
    problems = [
        Problem(
            N_("The cursor of %(consumer)s stands at %(seq)d, beyond the last change %(last)d."),
            hint=_RESTORE,
            last=last,
            **row,
        )
        for row in rows
        if row["seq"] > last
    ]
    return Check("cursors", len(rows), problems)


def _duties(db):
    problems = [
        Problem(
            N_("Note %(id)d: who has to verify it, or when, is not what it says of itself."),
            hint=N_("Save the note once, or have an administrator save the intervals: both derive it again."),
            id=note_id,
        )
        for note_id in duties.wrong(db, _SHOWN)
    ]
    return Check("duties", db["note"].count, problems)


def _merged(db):
    rows = db.execute("SELECT id, archived FROM note WHERE merged_into IS NOT NULL ORDER BY id").fetchall()
    problems = [
        Problem(
            N_("Note %(id)d was merged into another and stands in lists all the same."),
            hint=N_("Archive it, or take the merge back in its history."),
            id=note_id,
        )
        for note_id, archived in rows
        if not archived
    ]
    return Check("merged notes", len(rows), problems[:_SHOWN])


def _traits(db):
    problems = [
        Problem(
            N_("The word “%(value)s” of note %(row)s is not found by the search."),
            hint=N_("Save the note again; if it stays, restore the last good backup."),
            row=row["note_id"],
            value=row["value"],
        )
        for row in traits.damaged(db)
    ]
    return Check("traits", db["note_trait"].count, problems[:_SHOWN])


def _products(db):
    problems = [
        Problem(
            N_("Note %(id)d does not stand on the map beside the products it names."),
            hint=N_("Save the note again; if it stays, restore the last good backup."),
            id=note_id,
        )
        for note_id in products.damaged(db)
    ]
    return Check("products", db["note_product"].count, problems[:_SHOWN])


def _counts(db):
    checked, wrong = note_counts.wrong(db)
    problem = Problem(
        N_("Lists and topics tell %(count)d wrong totals."),
        hint=_RESTORE,
        count=wrong,
    )
    return Check("note counts", checked, [problem] if wrong else [])


def _topics(db):
    problems = [
        Problem(
            N_("Topic %(id)d stands above itself."), hint=N_("Take one of its parents away on its page."), id=number
        )
        for number in topic_tree.round_ones(db)
    ]
    problems += [
        Problem(
            N_("The alias “%(value)s” of topic %(row)s is the name of another topic, or of one that was merged."),
            hint=N_("Rename one of the two on its page."),
            row=number,
            value=name,
        )
        for number, name in topic_aliases.wrong(db)
    ]
    return Check("topics", db["topic"].count, problems[:_SHOWN])


def _reasons(db):
    checked, wrong = reasons.wrong(db)
    problem = Problem(
        N_("Of the reasons why colleagues count as knowing a topic %(count)d are wrong."), hint=_RESTORE, count=wrong
    )
    return Check("reasons", checked, [problem] if wrong else [])


def _quotes(db):
    problems = [
        Problem(
            N_("Quote %(id)d keeps words of a source that it does not name."),
            hint=N_("Take it off its note; if it stays, restore the last good backup."),
            id=number,
        )
        for number in evidence.adrift(db)
    ]
    return Check("quotes", db["quote"].count, problems[:_SHOWN])


def _schema(db, sets):
    pending = [(each.name, migration.name) for each in sets for migration in each.pending(db)]
    problems = [
        Problem(
            N_("Migration %(name)s of %(package)s has not been applied."),
            hint=N_("Start “kezhi serve” once; it migrates after a backup."),
            package=package,
            name=name,
        )
        for package, name in pending
    ]
    return Check("schema", sum(len(each.applied(db)) for each in sets), problems)


def _files(db):
    home = home_of(db)
    with files.alone(home):
        named, lying = files.named(db), {path.name: path for path in files.stored(home)}
    problems = [_of_file(N_("File %(file)s is missing."), each, _RESTORE) for each in sorted(named - lying.keys())]
    problems += [
        _of_file(N_("File %(file)s is named by no row."), each, _SWEPT) for each in sorted(lying.keys() - named)
    ]
    problems += [
        _of_file(N_("File %(file)s is not as it was written."), each, _RESTORE)
        for each in sorted(named & lying.keys())
        if files.digest(lying[each]) != each
    ]
    return Check("files", len(named), problems[:_SHOWN])


def _of_file(template, sha256, hint):
    return Problem(template, hint=hint, file=sha256)
