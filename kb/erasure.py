"""Erasing a person: all that is kept of one customer goes for good; that it went, when and why, stays provable.

The row of the customer stays without a name, for notes about others too and the purchase records count it. What the
feed keeps of the erased goes with it, and its chain still verifies.
"""

import json
from collections import Counter
from dataclasses import dataclass

from kb import (
    access,
    customers,
    earlier_versions,
    feed,
    files,
    interaction_erasure,
    missed,
    note_history,
    notes,
    talk_traces,
    traces,
    unsaved,
)
from kb.errors import Conflict, N_
from kb.store import home_of, writing

# A name of one character is in half of all texts.
_SHORTEST_WORD = 2
_NOTE_TEXTS = ("title", "summary", "body", "observation", "our_part", "origin", "customer_text")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would come to.

    ``about`` are the notes about this customer only, which are proposed for erasure, ``quoting`` others that were made
    of their words; ``closed`` is how many of both are closed to who asks; ``interactions`` how many go; ``named`` the
    notes that stay and still hold a name or a number of them, to be looked at, ``named_closed`` how many of those are
    closed; ``talks`` how many interactions with others name them; ``versions`` pairs of a note that stays and how many
    of its versions hold a word, and ``versions_closed`` how many such notes are closed; ``traces`` how many texts the
    record of changes keeps of comments, uses and the like that do, ``fixed`` of what stays as it is; ``file_names`` how
    many attached files are named so, ``views`` how many saved views, ``unsaved`` how many texts and pictures that
    colleagues have not saved; ``words`` what was looked for.
    """

    about: list
    quoting: list
    closed: int
    interactions: int
    named: list
    named_closed: int
    talks: int
    versions: list
    versions_closed: int
    traces: int
    fixed: int
    file_names: int
    views: int
    unsaved: int
    words: tuple


def plan(db, customer_id, *, by):
    """Return what erasing a customer would come to; nothing is written.

    Raises
    ------
    kb.errors.Conflict
        For one that is erased already.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "member.manage")
    refuse_if_erased(db, customer_id)
    about = _notes_about(db, customer_id)
    interactions = _interactions(db, customer_id)
    quoting = _notes_quoting(db, interactions, about)
    shown, made = (notes.of_ids(db, ids, reader=by) for ids in (about, quoting))
    words = words_of(db, customer_id)
    naming = _notes_naming(db, words) - set(about)
    named = notes.of_ids(db, sorted(naming), reader=by)
    talks = db.execute(
        f"""SELECT count(*) FROM interaction
             WHERE customer_id <> :id
               AND ({traces.holds("contact", "said", "told")}
                    OR id IN (SELECT interaction_id FROM interaction_file WHERE {traces.holds("name")}))""",
        {"id": customer_id, "words": json.dumps(words)},
    ).fetchone()[0]
    earlier = _earlier(db, words, about)
    kept = notes.of_ids(db, sorted(earlier), reader=by)
    gone = {"customer": [customer_id], "interaction": interactions, "missed": list(missed.naming(db, words))}
    kept_texts = traces.naming(db, words, but=gone, note_ids=about)
    counts = Counter({True: 0, False: 0})
    for (noun, _), seqs in kept_texts.items():
        counts[noun in traces.CLEARED] += len(seqs)
    return Plan(
        about=shown,
        quoting=made,
        closed=len(about) + len(quoting) - len(shown) - len(made),
        interactions=len(interactions),
        named=named,
        named_closed=len(naming) - len(named),
        talks=talks,
        versions=[(note, len(earlier[note.id])) for note in kept],
        versions_closed=len(earlier) - len(kept),
        traces=counts[True],
        fixed=counts[False],
        file_names=sum(len(ids) for note_id, ids in traces.files_named(db, words).items() if note_id not in about)
        + sum(map(len, talk_traces.files_named(db, words, but=interactions).values())),
        views=_views(db, words),
        unsaved=unsaved.count(db, words),
        words=words,
    )


def erase_customer(
    db,
    customer_id,
    *,
    note_ids,
    with_closed,
    version_ids=(),
    with_closed_versions=False,
    with_traces=False,
    with_file_names=False,
    with_unsaved=False,
    by,
    now,
    reason,
):
    """Erase a customer, their interactions and the chosen notes about them as one deed, and return its last seq.

    What colleagues searched for them in vain goes too.

    Parameters
    ----------
    note_ids : iterable of int
        Of the notes in ``about`` and ``quoting`` of the `Plan`, those that go too.
    with_closed : bool
        Whether those of them go that are closed to who erases.
    version_ids : iterable of int
        Of the notes in ``versions`` of the `Plan`, those of which the versions go that name the customer.
    with_closed_versions : bool
        Whether they go of the notes too that are closed to who erases.
    with_traces, with_file_names : bool
        Whether what the record keeps of ``traces`` goes, and the words from the names of attached files.
    with_unsaved : bool
        Whether the unsaved texts and pictures of colleagues go that name the customer.
    reason : str
        The request or the law; it stays readable.

    Raises
    ------
    kb.errors.Conflict, kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "member.manage")
    reason = note_history.checked_reason(reason)
    unheld = []
    with writing(db):
        refuse_if_erased(db, customer_id)
        interactions = _interactions(db, customer_id)
        about = _notes_about(db, customer_id)
        about += _notes_quoting(db, interactions, about)
        shown = {note.id for note in notes.of_ids(db, about, reader=by)}
        chosen = {each for each in about if each in note_ids and each in shown or with_closed and each not in shown}
        words = words_of(db, customer_id)
        for note_id in sorted(chosen):
            unheld += note_history.erase_rows(db, note_id, by=by, now=now, reason=reason)
        for interaction_id in interactions:
            unheld += interaction_erasure.erase_rows(db, interaction_id, by=by, now=now, reason=reason)
        earlier = set(_earlier(db, words, chosen))
        open_to = {note.id for note in notes.of_ids(db, sorted(earlier), reader=by)}
        cleared = (earlier & open_to & set(version_ids)) | (earlier - open_to if with_closed_versions else set())
        earlier_versions.erase_rows(db, cleared, words, by=by, now=now, reason=reason)
        missed.erase_rows(db, words, by=by, now=now, reason=reason)
        if with_file_names:
            named = traces.files_named(db, words)
            traces.rename_files(db, named, words, f"#{customer_id}", by=by, now=now, reason=reason)
            named = talk_traces.files_named(db, words)
            talk_traces.rename_files(db, named, words, f"#{customer_id}", by=by, now=now, reason=reason)
        if with_traces:
            found = traces.naming(db, words, but={"customer": [customer_id]}, note_ids=())
            traces.erase_rows(db, found, words, by=by, now=now, reason=reason)
        if with_unsaved:
            unheld += unsaved.erase_rows(db, words)
        _blank(db, customer_id, now)
        seq = feed.erase(db, "customer", customer_id, by=by, at=now, reason=reason)
    files.remove(home_of(db), unheld, db)
    return seq


def refuse_if_erased(db, customer_id):
    """Refuse with a sentence what is asked of a customer who was erased; raises `NotFound` for one who never was."""
    customer = customers.get(db, customer_id, reader=access.OPERATOR)
    if customer.erased_at:
        raise Conflict(
            N_("This customer was erased on %(day)s."),
            hint=N_("Nothing of them is kept; add them anew if they are back."),
            day=customer.erased_at[:10],
        )


def words_of(db, customer_id):
    """Return what a customer is looked for by: name, number, phone and mail."""
    row = db.execute("SELECT name, number, phone, mail FROM customer WHERE id = :id", {"id": customer_id}).fetchone()
    return tuple(word for word in row if word and len(word) >= _SHORTEST_WORD)


def _notes_about(db, customer_id):
    """Return the ids of the notes that name this customer and no other, archived ones too."""
    rows = db.execute(
        """SELECT note_id FROM note_customer
            WHERE note_id IN (SELECT note_id FROM note_customer WHERE customer_id = :id)
            GROUP BY note_id HAVING count(*) = 1 ORDER BY note_id""",
        {"id": customer_id},
    )
    return [row[0] for row in rows.fetchall()]


def _notes_quoting(db, interactions, but):
    """Return the ids of the other notes that were made of the words of some interactions, or rest on them."""
    rows = db.execute(
        """SELECT note_id FROM quote
            WHERE interaction_id IN (SELECT value FROM json_each(:ids))
               OR interaction_file_id IN (SELECT id FROM interaction_file
                                           WHERE interaction_id IN (SELECT value FROM json_each(:ids)))
           UNION SELECT note_id FROM interaction_note
                  WHERE is_made AND interaction_id IN (SELECT value FROM json_each(:ids))
           ORDER BY note_id""",
        {"ids": json.dumps(interactions)},
    )
    return [row[0] for row in rows.fetchall() if row[0] not in but]


def _earlier(db, words, but):
    """Return ``{note id: seqs}`` of the versions that hold one of the words, of notes that stay."""
    living = {row[0] for row in db.execute("SELECT id FROM note").fetchall()}
    return {
        note_id: seqs for note_id, seqs in earlier_versions.naming(db, words).items() if note_id in living - set(but)
    }


def _views(db, words):
    # Addresses are kept as JSON in plain ASCII.
    written = {*words, *(json.dumps(word)[1:-1] for word in words)}
    return db.execute(
        f"SELECT count(*) FROM saved_view WHERE NOT archived AND {traces.holds('name', 'address')}",
        {"words": json.dumps(sorted(written))},
    ).fetchone()[0]


def _interactions(db, customer_id):
    rows = db.execute("SELECT id FROM interaction WHERE customer_id = :id ORDER BY id", {"id": customer_id})
    return [row[0] for row in rows.fetchall()]


def _notes_naming(db, words):
    """Return the ids of the notes that hold one of the words: in text, comments, uses, answers, doubts or files."""
    rows = db.execute(
        f"""SELECT id FROM note WHERE {traces.holds(*_NOTE_TEXTS)}
            UNION SELECT note_id FROM note_customer WHERE {traces.holds("part")}
            UNION SELECT note_id FROM note_comment WHERE {traces.holds("body")}
            UNION SELECT note_id FROM note_use WHERE {traces.holds("place", "outcome")}
            UNION SELECT note_id FROM answer WHERE {traces.holds("person", "words")}
            UNION SELECT note_id FROM note_doubt WHERE {traces.holds("words")}
            UNION SELECT note_id FROM proposal
                   WHERE state IN ('open', 'returned') AND {traces.holds("text", "reason", "words")}
            UNION SELECT note_id FROM quote WHERE {traces.holds("text")}
            UNION SELECT note_id FROM attachment WHERE {traces.holds("name", "proof")}
            UNION SELECT attachment.note_id FROM attachment JOIN file_text USING (file_id)
                   WHERE {traces.holds("file_text.text")}""",
        {"words": json.dumps(words)},
    )
    return {row[0] for row in rows.fetchall()}


def _blank(db, customer_id, now):
    """Leave nothing of a customer but its number, which others' texts and counts go by."""
    name = f"#{customer_id}"
    empty = dict.fromkeys(("pinyin", "initials", "city", "segment"), "")
    nothing = dict.fromkeys(("number", "phone", "mail", "created_by"))
    told = {"name": name, "folded": name, "sorts_as": name, "archived": 1, "erased_at": now, "updated_at": now}
    db["customer"].update(customer_id, {**empty, **nothing, **told})
