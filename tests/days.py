"""Which day it is where the company of the tests is: hours before it is so where the machine counts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kb.home import Settings


def today():
    """Return the day as a `datetime.date`."""
    return datetime.now(ZoneInfo(Settings().zone)).date()
