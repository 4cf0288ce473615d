"""How far an interactive note is, and what opens the way to the next step.

Explicit: it has a summary, says where it comes from and, if a customer said it, how they felt; what its template asks
for has text. Classified: it has two
classes, topics or facets. Agreed: each customer it names, or one where it names none, said yes to it as it stands: its
texts, whom it is for and till when, how they felt, what each side brought. One who comes to it later takes nothing from
the yes of another, but was not asked. There is no other way, for nobody.
"""

import hashlib
import json

from kb import note_texts
from kb.errors import Invalid, N_
from kb.topics import UNSORTED_WORDS

STEPS = ("raw", "explicit", "classified", "agreed")
LEAST_CLASSES = 2
# What one says yes to, beside the customers it names and what each of them brought.
SAID = (
    "title", "summary", "body", "customer_text", "segment", "product", "observation", "audience", "valid_from",
    "valid_until", "experience", "our_part", "origin",
)  # fmt: skip
# What may lack, as one says it in a sentence.
LACKS = {
    "summary": N_("a summary"),
    "source": N_("where it comes from"),
    "experience": N_("how the customer felt"),
    "template": N_("what its template asks for"),
    "classes": N_("two classes, topics or facets"),
    "answer": N_("the customers’ yes to it as it stands"),
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
    """Return the SHA-256 of what a customer says yes or no to, the customers aside."""
    return digest_of({name: getattr(note, name) for name in SAID})


def digest_of(state):
    """Return the `digest` of a note of which the feed keeps a state."""
    # What the feed kept before there were such details has none.
    said = json.dumps([state.get(name) or "" for name in SAID], ensure_ascii=False)
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


def customers_of(note):
    """Return which customers a note names, with what each brought, as an answer keeps them."""
    return parts_of((each["id"], each["part"]) for each in note.customers)


def parts_of(pairs):
    """Return ``{customer id: SHA-256 of what they brought}`` of pairs of both, the ids as texts, as JSON wants.

    An answer keeps no words of it: those of a customer who is erased are gone once the note says others.
    """
    return {str(number): hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest() for number, part in pairs}


def is_to(said, customers, note):
    """Return whether what was said of a note is said of it as it stands; customers who came since are no other note.

    Parameters
    ----------
    said : str
        The `digest` of then.
    customers : dict
        Those of then, as `customers_of` gives them.
    note : kb.note_rows.Note
    """
    return said == digest(note) and customers.items() <= customers_of(note).items()


def is_answered(answer, note):
    """Return whether an answer, as `kb.answers` gives it, was given to `note` as it stands."""
    return is_to(answer["digest"], answer["customers"], note)


def words_of(note):
    """Return ``{customer id: answer}``, the last of each customer to a note as it stands.

    A note that names none has that of whoever was asked, by None.
    """
    found = {}
    for each in note.answers:
        if is_answered(each, note):
            together = [int(number) for number in each["customers"]] or [None]
            found |= dict.fromkeys(together if each["customer_id"] is None else [each["customer_id"]], each)
    wanted = [each["id"] for each in note.customers] or [None]
    return {each: found[each] for each in wanted if each in found}


def is_agreed(note):
    """Return whether the last word of each customer a note names, to it as it stands, is yes."""
    words = words_of(note)
    return len(words) == max(1, len(note.customers)) and all(each["verdict"] == "yes" for each in words.values())


def agreeing(note):
    """Return ``(yeses, unasked)``, what is to be told where some of several customers agreed and others not; else None.

    ``yeses`` is a list of ``{"person", "customers"}``, the names of those for whom somebody said yes; ``unasked`` the
    names of those who said nothing to the note as it stands.
    """
    if not note.answers or len(note.customers) < 2:
        return None
    words, yeses = words_of(note), {}
    for each in note.customers:
        said = words.get(each["id"])
        if said and said["verdict"] == "yes":
            told = {"person": said["person"], "customers": []}
            yeses.setdefault((said["created_at"], said["person"]), told)["customers"].append(each["name"])
    if not yeses or is_agreed(note):
        return None
    return list(yeses.values()), [each["name"] for each in note.customers if each["id"] not in words]


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
