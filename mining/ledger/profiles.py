"""Profiles: how the files of one source were read the last time, offered when a file with the same columns comes."""

import json
from dataclasses import dataclass

from kb import access, feed
from kb.errors import Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean

# What a person chose about a source; what belongs to one file alone is left out.
KEPT = (
    "mapping", "require", "returns", "zero_price", "encoding", "delimiter", "header_row", "layout", "dates", "serials",
    "decimal", "off", "no_goods",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """How files of one source are read: ``options`` as `mining.ledger.options.Options` takes them."""

    name: str
    options: dict
    header: list
    used_at: str


def remember(db, name, *, options, header, by, now):
    """Keep how a file was read under a name; a profile of that name is replaced.

    Parameters
    ----------
    options : dict
        By the names of `Options`; those in `KEPT` are kept.
    header : list of str

    Raises
    ------
    kb.errors.Invalid
        For a name that cannot be one.
    """
    access.require(by, "purchase.import")
    name = checked_name(name)
    kept = {key: options[key] for key in KEPT if options.get(key)}
    row = {
        "name": name,
        "options": json.dumps(kept, ensure_ascii=False),
        "header": json.dumps(header, ensure_ascii=False),
        "member_id": by.member_id,
        "used_at": now,
    }
    with writing(db):
        before = next(iter(db.query("SELECT options, header FROM profile WHERE name = :name", {"name": name})), None)
        db["profile"].upsert(row, pk="name")
        after = {key: row[key] for key in ("options", "header")}
        if before != after:
            feed.append(db, by=by, did="profile.save", of=name, at=now, before=before, after=after)


def checked_name(text):
    """Return the name of a profile as it is stored; refuses an empty one."""
    name = clean(text, field="profile", label=N_("Source of the file"), limit=60, lines=False)
    if not name:
        raise Invalid(
            N_("%(label)s is missing."), hint=N_("Fill it in."), field="profile", label=N_("Source of the file")
        )
    return name


def get(db, name):
    """Return a profile; raises `NotFound` with those there are."""
    row = next(iter(db.query("SELECT * FROM profile WHERE name = :name", {"name": name.strip()})), None)
    if row is None:
        raise NotFound(
            N_("There is no profile “%(value)s”."),
            hint=N_("There are: %(choices)s."),
            value=name,
            choices=", ".join(each.name for each in listing(db)) or "—",
        )
    return _profile(row)


def listing(db):
    """Return all profiles, the one used last first."""
    return [_profile(row) for row in db.query("SELECT * FROM profile ORDER BY used_at DESC, name")]


def of_header(db, header):
    """Return the profile used last for files with just these columns, or None."""
    return next((each for each in listing(db) if each.header == header), None) if header else None


def _profile(row):
    return Profile(row["name"], json.loads(row["options"]), json.loads(row["header"]), row["used_at"])
