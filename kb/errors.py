"""Problems a person can mend, as sentences.

A problem carries a template (the key of the catalogue) and named values, so that page, JSON and command line
refuse the same input in the same words and in the reader's language.
"""


class Key(str):
    """A text that is a key of the catalogue, also when it is a value inside another sentence."""

    __slots__ = ()


def N_(text):
    """Mark `text` as a key of the catalogue; translation happens where the reader is known."""
    return Key(text)


class Problem(Exception):
    """A refusal that names what happened, where, and what to do.

    Parameters
    ----------
    template : str
        English sentence with ``%(name)s`` places; the key of the catalogue.
    hint : str, optional
        What to do, a template filled from the same values.
    field : str, optional
        Form field or option the problem belongs to.
    **values
        What the places are filled with. ``file``, ``row``, ``column`` and ``value`` also stand in `details`.
    """

    def __init__(self, template, *, hint=None, field=None, **values):
        super().__init__(template)
        self.template = template
        self.hint = hint
        self.field = field
        self.values = values

    def __str__(self):
        return self.sentence()

    def __reduce__(self):
        # A job's problem crosses a process border; the keyword arguments must survive it.
        return _rebuild, (type(self), self.template, self.hint, self.field, self.values)

    def sentence(self, translate=str):
        """Return the sentence in the language of `translate`, a function from template to template."""
        return fill(self.template, self.values, translate)

    def details(self, translate=str):
        """Return what a machine gets: ``{"message", "file", "row", "column", "value", "hint"}``."""
        where = {name: self.values.get(name) for name in ("file", "row", "column", "value")}
        hint = fill(self.hint, self.values, translate) if self.hint else None
        return {"message": self.sentence(translate), **where, "hint": hint}


def fill(template, values, translate=str):
    """Return `template` in another language, its places filled, values that are keys translated too."""
    translated = {name: translate(value) if isinstance(value, Key) else value for name, value in values.items()}
    return translate(template) % translated


def _rebuild(kind, template, hint, field, values):
    return kind(template, hint=hint, field=field, **values)


class Invalid(Problem, ValueError):
    """Input we refuse."""


class NotFound(Problem, LookupError):
    """Absent, or not for this reader: the two must look the same."""


class Forbidden(Problem):
    """The reader's role may not do this."""


class Conflict(Problem):
    """Somebody else was faster; nothing was written."""
