"""When something is done again, in words: on pages and on a terminal."""

from kb.errors import N_
from mining.rhythm import LAST

WEEKDAYS = {
    1: N_("Monday"),
    2: N_("Tuesday"),
    3: N_("Wednesday"),
    4: N_("Thursday"),
    5: N_("Friday"),
    6: N_("Saturday"),
    7: N_("Sunday"),
}
UNKNOWN = N_(
    "The holidays of %(year)s are not announced yet: until they are, weekends and holidays of fixed date are free."
)
_EVERY = {
    ("day", False): N_("every day at %(at)s"),
    ("day", True): N_("every working day at %(at)s"),
    ("week", False): N_("every %(days)s at %(at)s"),
    ("week", True): N_("every %(days)s at %(at)s, else on the next working day"),
    ("month", False): N_("every month on day %(day)d at %(at)s"),
    ("month", True): N_("every month on day %(day)d at %(at)s, or the next working day"),
    ("last", False): N_("on the last day of every month at %(at)s"),
    ("last", True): N_("on the last working day of every month at %(at)s"),
}


def words(rhythm, translate):
    """Return a `mining.rhythm.Rhythm` in the language of `translate`."""
    kind = "last" if rhythm.every == "month" and rhythm.day == LAST else rhythm.every
    days = translate(N_(", ")).join(translate(WEEKDAYS[each]) for each in rhythm.days)
    return translate(_EVERY[kind, rhythm.working]) % {"at": rhythm.at, "days": days, "day": rhythm.day}
