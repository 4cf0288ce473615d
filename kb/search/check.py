"""Whether the index is the shadow of the store it should be."""

from itertools import islice

import numpy as np

from kb import feed
from kb.check import Check
from kb.errors import N_, Problem
from kb.search import generation, texts
from kb.search.generation import Damaged
from kb.search.reading import Index
from kb.search.schema import FIELD, index_version
from kb.search.whoosh_terms import WhooshTerms

_SHOWN = 20
_BATCH = 2000


def check(db, home):
    """Compare the index with the store.

    Returns
    -------
    list of Check
        ``index files``: as they were written; ``index notes``: exactly the notes of the store, in their present text;
        ``index terms``: the same in Whoosh's postings and in the columns; ``index position``: how far it follows the
        feed.
    """
    path = generation.current(home)
    if path is None:
        missing = Problem(N_("There is no index."), hint=N_("Run “kezhi index rebuild”."))
        return [Check("index files", 0, [missing])]
    damaged = [_damaged(name) for name in generation.damaged_files(path)]
    files = Check("index files", sum(1 for each in path.iterdir() if each.is_file()), damaged)
    if damaged:
        return [files]
    try:
        index = Index(path, generation.newest(path))
        return [files, _notes(db, index), _terms(path, index), _position(db, index)]
    except Damaged:
        return [Check("index files", files.checked, [_damaged("the table of contents")])]


def _damaged(name):
    return Problem(
        N_("The index is damaged: %(name)s is not as it was written."),
        hint=N_("Run “kezhi index rebuild”."),
        name=name,
    )


def _notes(db, index):
    held = {int(index.ids[at]): index.records[at] for at in np.flatnonzero(index.live)}
    problems = []
    if len(held) < int(index.live.sum()):
        problems.append(Problem(N_("A note stands in the index twice."), hint=N_("Run “kezhi index rebuild”.")))
    # Only what the index says it has seen: a save of this moment may not have reached it yet.
    later = texts.changed(db, feed.after(db, index.commit.seq))
    wanted, last = set(), 0
    while batch := texts.after_id(db, last, _BATCH):
        last = batch[-1]["id"]
        wanted.update(note["id"] for note in batch)
        for note in batch:
            if note["id"] in later:
                continue
            record = held.get(note["id"])
            if record is None:
                problems.append(_wrong(N_("Note %(id)d is missing in the index."), note["id"]))
            elif int(record["digest"]) != texts.digest(note) or int(record["version"]) != note["version"]:
                problems.append(_wrong(N_("Note %(id)d stands in the index with another text."), note["id"]))
    for note_id in sorted(set(held) - wanted - later):
        problems.append(_wrong(N_("Note %(id)d stands in the index, but not in the store."), note_id))
    return Check("index notes", len(wanted), problems[:_SHOWN])


def _wrong(template, note_id):
    return Problem(template, hint=N_("Run “kezhi index rebuild”."), id=note_id)


def _terms(path, index):
    checked, problems = 0, []
    for segment in generation.segments(path, index.number):
        columns = generation.columns_of(path, segment)
        ours = columns.terms()
        with generation.reading():
            for term, documents, impacts in WhooshTerms(generation.open_segment(path, segment), FIELD):
                its_term, row = next(ours, (None, None))
                checked += 1
                if its_term != term or not all(map(np.array_equal, columns.of_row(row), (documents, impacts))):
                    problems.append(_not_equal(term))
                    break
        problems += [_not_equal(term) for term, _ in islice(ours, 1) if not problems]
    return Check("index terms", checked, problems[:_SHOWN])


def _not_equal(term):
    return Problem(
        N_("“%(term)s” has other notes in the columns of the index than in its postings."),
        hint=N_("Run “kezhi index rebuild”."),
        term=term.decode(),
    )


def _position(db, index):
    last = feed.last_seq(db)
    problems = []
    if index.commit.seq > last:
        problems.append(
            Problem(
                N_("The index follows a change %(seq)d that the store does not have."),
                hint=N_("Run “kezhi index rebuild”; the store may be an older copy."),
                seq=index.commit.seq,
            )
        )
    if index.commit.version != index_version():
        problems.append(Problem(N_("The index was made by another version."), hint=N_("Run “kezhi index rebuild”.")))
    return Check("index position", index.commit.seq, problems)
