"""From what a person asks for to a whole number of baskets."""

import math
import numbers

from mining.errors import BadParameter, N_


def least_count(min_support, n_baskets):
    """Return the least number of baskets an itemset must be in.

    Parameters
    ----------
    min_support : float or int
        A float in (0, 1] is a fraction of all baskets, an int from 1 to `n_baskets` a count; numpy scalars count as
        their kind.
    n_baskets : int

    Returns
    -------
    int
        The least c >= 1 with ``c / n_baskets >= min_support`` in double division.

    Raises
    ------
    mining.errors.BadParameter
    """
    if isinstance(min_support, numbers.Integral) and not isinstance(min_support, bool):
        return _checked_count(int(min_support), n_baskets)
    if not isinstance(min_support, numbers.Real) or isinstance(min_support, bool) or not 0 < min_support <= 1:
        raise _refused(min_support)
    fraction = float(min_support)
    # ceil(0.07 * 100) is 8: start near, then settle by the very comparison of the definition.
    count = max(1, math.ceil(fraction * n_baskets))
    while count > 1 and (count - 1) / n_baskets >= fraction:
        count -= 1
    while count / n_baskets < fraction:
        count += 1
    return count


def whole(name, value, *, least, optional=False):
    """Return a parameter that is a whole number from `least`; refuses anything else.

    Raises
    ------
    mining.errors.BadParameter
    """
    if optional and value is None:
        return None
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise BadParameter(
            N_("%(parameter)s must be a whole number from %(least)d, not %(value)s."),
            field=name,
            parameter=name,
            least=least,
            value=repr(value),
        )
    return int(value)


def _checked_count(count, n_baskets):
    if count < 1:
        raise _refused(count)
    if count > n_baskets:
        raise BadParameter(
            N_("The minimum support of %(value)s baskets is more than the %(baskets)d baskets there are."),
            hint=N_("Write a count up to %(baskets)d, or a share such as 0.01 or 1%%."),
            field="min_support",
            value=count,
            baskets=n_baskets,
        )
    return count


def _refused(value):
    return BadParameter(
        N_("The minimum support cannot be %(value)s."),
        hint=N_("Write a share above 0 and up to 1 such as 0.02 or 2%%, or a count of baskets such as 197."),
        field="min_support",
        value=value if isinstance(value, str) else repr(value),
    )
