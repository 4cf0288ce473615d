"""Names in memory, for what is offered while somebody types: found by their beginning, any part of them, or pinyin.

Pinyin may be whole, initials, or both mixed: mifengguan, mfg, mifg.
"""

import json
import re
import threading
from bisect import bisect_right
from dataclasses import dataclass

from kb import feed, pinyin
from kb.search.folding import fold
from kb.search.query import plain

# So many that changed are looked through beside the rest before all are laid out anew.
_MOST_CHANGED = 2000
# The first letter of a word in Latin letters.
_WORD = re.compile(r"(?<![A-Za-z])[a-z]")
_LATIN = re.compile(r"(?<![^\W\d_])[a-z]{4,}(?![^\W\d_])", re.ASCII)
_TYPED = re.compile(r"[a-z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class Laid:
    """Names laid end to end, the newest first: ``text`` as they are compared, ``sound`` their pinyin.

    In ``sound`` every syllable begins with a capital letter. ``starts`` are where each begins, of both.
    """

    ids: list
    text: str
    starts: list
    sound: str
    sound_starts: list


class Names:
    """The names of one noun, as the feed says they are now.

    Parameters
    ----------
    noun : str
        As the feed calls it.
    select : str
        SQL that gives the id and the name of each, with a WHERE to which a condition can be added.
    """

    def __init__(self, noun, select):
        self._noun = noun
        self._select = select
        self._lock = threading.Lock()
        self._seq = None
        self._laid = self._changed = laid([])
        self._gone = frozenset()

    def matching(self, db, query):
        """Return an iterator of the ids of the names that `query` names, the nearest first, of these the newest."""
        asked = plain(fold(query))
        return self._places(db, asked, begin, hold, sound) if asked else iter(())

    def holding(self, db, text):
        """Yield the ids of the names in which a text stands, the newest first."""
        return self._places(db, plain(fold(text)), hold)

    def sounding(self, db, spelled):
        """Yield the ids of the names in which these syllables stand whole, as `kb.pinyin.spelled` writes them."""
        return self._places(db, spelled, _spell)

    def latin_words(self, db):
        """Return the words in Latin letters of all names: of hidden ones too, so that each has to be looked for."""
        self.follow(db)
        return set(_LATIN.findall(self._laid.text)) | set(_LATIN.findall(self._changed.text))

    def _places(self, db, asked, *ways):
        self.follow(db)
        laid, changed, gone = self._laid, self._changed, self._gone
        seen = set()
        for matches in ways:
            for part, out in ((changed, ()), (laid, gone)):
                for number in matches(part, asked):
                    if number not in seen and number not in out:
                        seen.add(number)
                        yield number

    def follow(self, db):
        """Make the names those that the feed says now; the first time all are laid out, which takes seconds."""
        newest = feed.last_seq(db)
        if newest == self._seq:
            return
        with self._lock:
            ids = None if self._seq is None else _changed_after(db, self._noun, self._seq)
            if ids is None or len(ids | self._gone) > _MOST_CHANGED:
                rows = db.execute(f"{self._select} ORDER BY id DESC").fetchall()
                self._laid, self._changed, self._gone = laid(rows), laid([]), frozenset()
            elif ids:
                gone = self._gone | ids
                those = f"{self._select} AND id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
                self._changed, self._gone = laid(db.execute(those, [json.dumps(list(gone))]).fetchall()), gone
            self._seq = newest


def _changed_after(db, noun, seq):
    """Return the ids of the things of a noun that changed after a change."""
    rows = db.execute("SELECT noun_id FROM change WHERE seq > :seq AND +noun = :noun", {"noun": noun, "seq": seq})
    return frozenset(int(row[0]) for row in rows.fetchall())


def laid(rows):
    """Return the `Laid` of rows of an id and a name, in their order."""
    text, starts = _joined(plain(fold(name)) for _, name in rows)
    # All at once: one by one they would take minutes.
    sound = _WORD.sub(_capital, pinyin.spelled(text))
    return Laid([number for number, _ in rows], text, starts, sound, _line_starts(sound))


def _joined(texts):
    text = "\n" + "".join(f"{each}\n" for each in texts)
    return text, _line_starts(text)


def _line_starts(text):
    return [match.end() for match in re.finditer("\n", text)][:-1]


def _capital(letter):
    return letter[0].upper()


def begin(part, asked):
    """Return an iterator of the ids of the names that begin with a text."""
    return _places(part.ids, part.starts, part.text, re.escape(f"\n{asked}"), 1)


def hold(part, asked):
    """Return an iterator of the ids of the names in which a text stands."""
    return _places(part.ids, part.starts, part.text, re.escape(asked), 0)


def sound(part, asked):
    """Yield the ids of the names whose pinyin is typed so, first those that begin so."""
    letters = "".join(asked.split())
    if not _TYPED.fullmatch(letters):
        return
    more = (f"(?:{each}|[a-z]*{each.upper()})" if each.isalpha() else f"[a-z]*{each}" for each in letters[1:])
    pattern = letters[0].upper() + "".join(more)
    yield from _places(part.ids, part.sound_starts, part.sound, f"\n{pattern}", 1)
    yield from _places(part.ids, part.sound_starts, part.sound, pattern, 0)


def _spell(part, asked):
    # In what was typed in Latin letters any of them may begin a syllable.
    letters = (each if each.isupper() else f"[{each}{each.upper()}]" for each in asked[1:])
    pattern = asked[0].upper() + "".join(letters if asked.islower() else asked[1:])
    return _places(part.ids, part.sound_starts, part.sound, f"{pattern}(?![a-z])", 0)


def _places(ids, starts, text, pattern, shift):
    """Yield the ids of the names in which a pattern stands, in their order."""
    last = -1
    for match in re.finditer(pattern, text):
        at = bisect_right(starts, match.start() + shift) - 1
        if at != last:
            last = at
            yield ids[at]
