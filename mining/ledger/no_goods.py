"""What a person says is no goods: bags, freight, gifts, test orders, each a name or, with *, a part of one."""

import re
import unicodedata

from kb.errors import Invalid, N_

_MOST = 200
_LONGEST = 100
_PARTED = re.compile(r"[\n,，]")


def names(given):
    """Return the names in a text, one a line or parted by commas, or in a list of them; each once.

    Raises
    ------
    kb.errors.Invalid
        For too many, too long ones, and one that would be every product.
    """
    parts = _PARTED.split(given) if isinstance(given, str) else given
    found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > _MOST:
        raise Invalid(
            N_("%(count)d names of what is no goods are too many; %(limit)d are possible."),
            hint=N_("Write * for what varies, as in *gift*."),
            field="no_goods",
            count=len(found),
            limit=_MOST,
        )
    for each in found:
        if len(each) > _LONGEST or not _folded(each).strip("* "):
            raise Invalid(
                N_("“%(value)s” cannot be the name of what is no goods."),
                hint=N_("Write the name as it stands in the file, or a part of it with *, as in *gift*."),
                field="no_goods",
                value=each[:_LONGEST],
            )
    return found


def pattern(names):
    """Return the regular expression, for `re` and for polars alike, of a text that is one of `names`; None for none."""
    if not names:
        return None
    # Cells are folded before, unless a person wants them as they stand.
    either = dict.fromkeys(form for each in names for form in (_folded(each), each))
    return "(?is)^(?:" + "|".join(re.escape(each).replace(r"\*", ".*") for each in either) + ")$"


def _folded(name):
    return " ".join(unicodedata.normalize("NFKC", name).split())
