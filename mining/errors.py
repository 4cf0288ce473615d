"""Refusals of the estimators, as sentences that can be translated.

The estimators run without `kb`, so these are not `kb.errors.Problem`, but they answer the same `sentence` and
`details`: a template, which is the key of the catalogue, and named values.
"""


def N_(text):
    """Mark `text` as a key of the catalogue."""
    return text


class Refused(ValueError):
    """What an estimator does not do, with the template and the values its sentence is made from."""

    def __init__(self, template, *, hint=None, field=None, **values):
        super().__init__(template)
        self.template = template
        self.hint_template = hint
        self.field = field
        self.values = values

    @property
    def hint(self):
        """What to do, in English."""
        return self.hint_template % self.values if self.hint_template else None

    def __str__(self):
        return self.sentence()

    def __reduce__(self):
        # The keyword arguments must survive the way out of a worker process.
        return _rebuild, (type(self), self.template, self.hint_template, self.field, self.values)

    def sentence(self, translate=str):
        """Return the sentence in the language of `translate`, a function from template to template."""
        return translate(self.template) % self.values

    def details(self, translate=str):
        """Return what a machine gets: ``{"message", "file", "row", "column", "value", "hint"}``."""
        where = {name: self.values.get(name) for name in ("file", "row", "column", "value")}
        hint = translate(self.hint_template) % self.values if self.hint_template else None
        return {"message": self.sentence(translate), **where, "hint": hint}


class BadParameter(Refused, TypeError):
    """A parameter outside its range; a TypeError too, since `True` and `"abc"` are refused here as well."""


class BudgetExceeded(Refused):
    """More results than the estimator may list.

    Attributes
    ----------
    suggested_min_support : int or None
        Least number of baskets at which the result fits; None when no support up to the number of baskets does.
    suggested_max_length : int
        Greatest length at which the result fits; 0 when even single items are too many.
    """

    @property
    def suggested_min_support(self):
        return self.values["min_support"]

    @property
    def suggested_max_length(self):
        return self.values["max_length"]


def budget_exceeded(what, *, limit, min_support, max_length):
    """Return the `BudgetExceeded` for more than `limit` of `what`, one of `_SENTENCES`."""
    fits = (min_support is not None, max_length > 0)
    return BudgetExceeded(
        _SENTENCES[what][fits],
        hint=_HINTS[fits] if any(fits) else _WITHOUT_FIT.get(what, _HINTS[fits]),
        field="min_support" if fits[0] else "max_length",
        limit=limit,
        min_support=min_support,
        max_length=max_length,
    )


def _rebuild(kind, template, hint, field, values):
    return kind(template, hint=hint, field=field, **values)


# Keys: does a higher support fit, does a shorter length fit?
_HINTS = {
    (True, True): N_("Set the minimum support to %(min_support)d, or the maximum length to %(max_length)d."),
    (True, False): N_("Set the minimum support to %(min_support)d."),
    (False, True): N_("Set the maximum length to %(max_length)d."),
    (False, False): N_("Raise the limit, or leave out items."),
}
# Whoever asks for rules to read has no limit to raise.
_WITHOUT_FIT = {"rules_to_read": N_("Choose a shorter period, or leave products out.")}
_SENTENCES = {
    "itemsets": {
        (True, True): N_(
            "There are more than %(limit)d itemsets. They fit with a minimum support of %(min_support)d baskets,"
            " or with at most %(max_length)d items in an itemset."
        ),
        (True, False): N_(
            "There are more than %(limit)d itemsets. They fit with a minimum support of %(min_support)d baskets."
        ),
        (False, True): N_(
            "There are more than %(limit)d itemsets, at any support."
            " They fit with at most %(max_length)d items in an itemset."
        ),
        (False, False): N_("There are more than %(limit)d itemsets, at any support and any length."),
    },
    # Where itemsets of every length are counted before the short ones are taken.
    "itemsets_of_any_length": {
        (True, False): N_(
            "There are more than %(limit)d itemsets. They fit with a minimum support of %(min_support)d baskets."
        ),
        (False, False): N_("There are more than %(limit)d itemsets, at any support."),
    },
    "memory": {
        (True, True): N_(
            "The itemsets need more than %(limit)d MB of memory. They fit with a minimum support of %(min_support)d"
            " baskets, or with at most %(max_length)d items in an itemset."
        ),
        (True, False): N_(
            "The itemsets need more than %(limit)d MB of memory. They fit with a minimum support of %(min_support)d"
            " baskets."
        ),
        (False, True): N_(
            "The itemsets need more than %(limit)d MB of memory, at any support."
            " They fit with at most %(max_length)d items in an itemset."
        ),
        (False, False): N_("The itemsets need more than %(limit)d MB of memory, at any support and any length."),
    },
    "rules": {
        (True, True): N_(
            "There are more than %(limit)d rules to test. They fit with a minimum support of %(min_support)d baskets,"
            " or with at most %(max_length)d items in a rule."
        ),
        (True, False): N_(
            "There are more than %(limit)d rules to test. They fit with a minimum support of %(min_support)d baskets."
        ),
        (False, True): N_(
            "There are more than %(limit)d rules to test, at any support."
            " They fit with at most %(max_length)d items in a rule."
        ),
        (False, False): N_("There are more than %(limit)d rules to test, at any support and any length."),
    },
    "rules_to_read": {
        (True, True): N_(
            "These are too many rules to count or to read. They are few enough from %(min_support)d orders on, or with"
            " at most %(max_length)d products in a rule."
        ),
        (True, False): N_(
            "These are too many rules to count or to read. They are few enough from %(min_support)d orders on."
        ),
        (False, True): N_(
            "These are too many rules to count or to read, however many orders are asked for: there are orders too"
            " alike. They are few enough with at most %(max_length)d products in a rule."
        ),
        (False, False): N_("These are too many rules to count or to read, at any support and any length."),
    },
    "patterns": {
        (True, True): N_(
            "There are more than %(limit)d patterns. They fit with a minimum support of %(min_support)d customers,"
            " or with at most %(max_length)d items in a pattern."
        ),
        (True, False): N_(
            "There are more than %(limit)d patterns. They fit with a minimum support of %(min_support)d customers."
        ),
        (False, True): N_(
            "There are more than %(limit)d patterns, at any support."
            " They fit with at most %(max_length)d items in a pattern."
        ),
        (False, False): N_("There are more than %(limit)d patterns, at any support and any length."),
    },
}
