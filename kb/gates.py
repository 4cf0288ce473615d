"""How far an interactive note is, and what opens the way to the next step.

Explicit: it has a summary, says where it comes from and, if a customer said it, how they felt; what its template asks
for has text. Classified: it has two
classes, topics or facets. Agreed: a customer said yes to the text as it stands. There is no other way, for nobody.
"""

import hashlib
import json

from kb import note_texts
from kb.errors import Invalid, N_
from kb.topics import UNSORTED_WORDS

STEPS = ("raw", "explicit", "classified", "agreed")
LEAST_CLASSES = 2
# What is read before one says yes to a note.
TEXTS = ("title", "summary", "body", "customer_text")
# What may lack, as one says it in a sentence.
LACKS = {
    "summary": N_("a summary"),
    "source": N_("where it comes from"),
    "experience": N_("how the customer felt"),
    "template": N_("what its template asks for"),
    "classes": N_("two classes, topics or facets"),
    "answer": N_("a customer’s yes to the text as it stands"),
}


def is_published(note):
    """Return whether others build on a note: it was brought past raw, or its rule was judged."""
    return note.maturity != STEPS[0] if note.maturity else note.standing != "found"


def require_reason(notes, reason, sentence=None):
    """Refuse what is done to notes of which others build on one, where nobody said why."""
    if not reason and any(is_published(note) for note in notes):
        raise Invalid(
            sentence or N_("Others build on this note: why do you change it?"),
            hint=N_("A few words are enough; they stand in the history."),
            field="reason",
        )


def reason_to_file(note, reason):
    """Return why the classes of a note become others, cleaned; refuse where others build on it and nobody says."""
    reason = note_texts.reason(reason, N_("Why you file it otherwise"))
    require_reason([note], reason, N_("Others build on this note: why do you file it otherwise?"))
    return reason


def reason_to_take_off(note, reason):
    """Return why a file or evidence is taken off a note, cleaned; refuse where others build on it and nobody says."""
    reason = note_texts.reason(reason, N_("Why you take it off"))
    require_reason([note], reason, N_("Others build on this note: why do you take it off?"))
    return reason


def digest(note):
    """Return the SHA-256 of what a customer says yes or no to: title, summary, text and text for them of `note`."""
    return digest_of({name: getattr(note, name) for name in TEXTS})


def digest_of(state):
    """Return the `digest` of a note of which the feed keeps a state."""
    # A yes from before there were texts for the customer was to the first three.
    texts = [state["title"], state["summary"], state["body"], *filter(None, [state.get("customer_text")])]
    said = json.dumps(texts, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def lacking(note, step):
    """Return what `note` lacks to be at a step, of `LACKS`; what the steps before it ask for is not looked at."""
    return tuple(name for name, is_met in conditions(note, step).items() if not is_met)


def following(note):
    """Return the step after that of `note`; None for the last one, and for a note without maturity."""
    if note.maturity is None:
        return None
    return next(iter(STEPS[STEPS.index(note.maturity) + 1 :]), None)


def reached(note):
    """Return the last step up to that of `note` whose gates all stand open; None for a note without maturity."""
    if note.maturity is None:
        return None
    found = STEPS[0]
    for step in STEPS[1 : STEPS.index(note.maturity) + 1]:
        if lacking(note, step):
            break
        found = step
    return found


def conditions(note, step):
    """Return ``{name: is met}`` of what a step asks for, by the names of `LACKS`."""
    asked = {"template": bool(note.template), "experience": note.dimension == "from"}
    return {name: has(note) for name, has in _GATES[step].items() if asked.get(name, True)}


def is_agreed(note):
    """Return whether the last that a customer said of the text as it stands is yes."""
    said = [each["verdict"] for each in note.answers if each["digest"] == digest(note)]
    return bool(said) and said[-1] == "yes"


def _has_source(note):
    # Who said it, or who took part, is where a note from or with a customer comes from.
    return bool(note.origin) if note.dimension == "for" else bool(note.customers or note.channel)


def _topics(note):
    # What is still to be sorted has no topic.
    return [each for each in note.topics if each["name"] not in UNSORTED_WORDS]


_GATES = {
    "explicit": {
        "summary": lambda note: bool(note.summary),
        "source": _has_source,
        "experience": lambda note: not note.is_unfelt(),
        "template": lambda note: not note.unfilled,
    },
    "classified": {"classes": lambda note: len(note.facets) + len(_topics(note)) >= LEAST_CLASSES},
    "agreed": {"answer": is_agreed},
}
