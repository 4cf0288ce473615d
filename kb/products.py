"""Products as notes name them: a product is its name, folded, so that it needs no register and no id.

A note names several with a 、 between them. A plain comma stands within names, such as “Mug, red”, and parts none.
"""

import json
import re
from itertools import islice

from kb import access, pinyin
from kb.text import fold_name

_BETWEEN = re.compile("[、，;；]")
_AT_ONCE = 100


def of(text):
    """Return ``{folded: name}`` of the products a text names, in their order, each once."""
    found = {}
    for name in map(str.strip, _BETWEEN.split(text)):
        if key := folded(name):
            found.setdefault(key, name)
    return found


def folded(name):
    """Return what a product is known by: its name without regard to width, case, 繁简 and the number of blanks."""
    return " ".join(fold_name(name).split())


def store(db, note_id, text):
    """Let a note name the products of a text and no others; only inside ``writing``."""
    db.execute("DELETE FROM note_product WHERE note_id = :id", {"id": note_id})
    rows = ((note_id, key, name) for key, name in of(text).items())
    db.conn.executemany("INSERT INTO note_product (note_id, folded, name) VALUES (?, ?, ?)", rows)


def derive_again(db):
    """Store the products of all notes anew; only inside ``writing``."""
    for note_id, text in db.execute("SELECT id, product FROM note WHERE product <> ''").fetchall():
        store(db, note_id, text)


def names(db, keys, *, reader):
    """Return ``{folded: name}`` of those products that a note names which `reader` may see, as the newest spells it."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT each.value, (SELECT note_product.name FROM note_product JOIN note ON note.id = note_product.note_id
                                 WHERE note_product.folded = each.value AND NOT note.archived AND {clause}
                                 ORDER BY note_product.note_id DESC LIMIT 1) AS name
              FROM json_each(:keys) AS each WHERE name IS NOT NULL""",
        {**values, "keys": json.dumps(list(keys))},
    )
    return dict(rows.fetchall())


def notes_about(db, asked, *, reader):
    """Return ``{key: (note id, title)}``: the newest note about customers that names all products of a key.

    Parameters
    ----------
    asked : dict
        ``{key: products}``, each product a list of the ways it may be called.
    reader : kb.access.Reader
        Whose notes; what was refuted does not count.
    """
    keys = list(asked)
    wanted = [[[folded(name) for name in names] for names in asked[key]] for key in keys]
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT wanted.key, max(note.id), note.title
              FROM json_each(:wanted) AS wanted
              JOIN note_product AS first ON first.folded IN (SELECT value FROM json_each(wanted.value, '$[0]'))
              JOIN note ON note.id = first.note_id
             WHERE note.dimension = 'about' AND NOT note.archived AND note.standing IS NOT 'refuted' AND {clause}
               AND NOT EXISTS (SELECT 1 FROM json_each(wanted.value) AS product
                                WHERE NOT EXISTS (SELECT 1 FROM note_product AS named
                                                   WHERE named.note_id = note.id
                                                     AND named.folded IN (SELECT value FROM json_each(product.value))))
             GROUP BY wanted.key""",
        {**values, "wanted": json.dumps(wanted)},
    )
    return {keys[at]: (number, title) for at, number, title in rows.fetchall()}


def spelled(db, notes):
    """Return ``{folded: name}`` of products as notes, ``{folded: note_id}``, spell them."""
    rows = db.execute(
        """SELECT note_product.folded, note_product.name FROM json_each(:notes) AS asked
             JOIN note_product ON note_product.note_id = asked.value AND note_product.folded = asked.key""",
        {"notes": json.dumps(notes)},
    )
    return dict(rows.fetchall())


def find(db, text, *, reader, limit):
    """Return ``{folded: name}`` of the products that a word names, by themselves, their pinyin or initials."""
    asked = "".join(folded(text).split())
    if not asked:
        return {}
    # Only what is typed in Latin letters may be pinyin.
    where = "" if asked.isascii() else "WHERE instr(replace(folded, ' ', ''), :asked)"
    rows = db.execute(f"SELECT DISTINCT folded FROM note_product {where}", {"asked": asked})
    known = [row[0] for row in rows.fetchall()]
    ranked = [(pinyin.rank(asked, "".join(key.split())), key) for key in known]
    fitting = [key for rank, key in sorted(each for each in ranked if each[0] is not None)]
    found = {}
    # Some at a time: what a word names may be all there are, of which the reader sees the first ones.
    for at in range(0, len(fitting), _AT_ONCE):
        found |= names(db, fitting[at : at + _AT_ONCE], reader=reader)
        if len(found) >= limit:
            break
    return dict(islice(found.items(), limit))


def damaged(db):
    """Return the ids of the notes of which is kept that they name other products than they say."""
    kept = {}
    for note_id, key, name in db.execute("SELECT note_id, folded, name FROM note_product").fetchall():
        kept.setdefault(note_id, {})[key] = name
    said = db.execute("SELECT id, product FROM note WHERE product <> ''").fetchall()
    told = {note_id: products for note_id, text in said if (products := of(text))}
    return sorted(each for each in kept.keys() | told.keys() if kept.get(each) != told.get(each))
