"""Two languages side by side: English sentences are the keys, zh.po holds the Chinese.

The .po is read as it lies in the package, so that nothing has to be compiled and nothing can be stale.
"""

import gettext as stdlib_gettext
import io
import os
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES = ("zh_CN", "en")
_PO = Path(__file__).parent / "translations" / "zh.po"


@cache
def translations(locale):
    """Return the catalogue of `locale`, one of `LOCALES`."""
    if locale == "en":
        return stdlib_gettext.NullTranslations()
    compiled = io.BytesIO()
    with _PO.open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh_CN"))
    compiled.seek(0)
    return Translations(compiled)


def translator(locale):
    """Return the function from English template to template in `locale`."""
    return translations(locale).gettext


def best(preferred, default):
    """Return the one of `LOCALES` that fits a language tag such as ``zh-Hant-TW`` or ``en_GB.UTF-8``."""
    language = (preferred or "").lower().replace("_", "-").split("-")[0]
    return {"zh": "zh_CN", "en": "en"}.get(language, default)


def of_terminal(default):
    """Return the locale of the terminal's environment, `default` where it names no language of ours."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return best(next((name for name in names if name), ""), default)


@cache
def _babel(locale):
    return Locale.parse(locale)


class Formats:
    """Dates and numbers as one reader reads them."""

    def __init__(self, locale, zone):
        self.locale = locale
        # Read from its name anew it would cost ten times as much at every date on a page.
        self._babel = _babel(locale)
        self._zone = ZoneInfo(zone)

    def instant(self, text):
        """Return a stored instant as an aware datetime in the instance's zone."""
        return datetime.fromisoformat(text).astimezone(self._zone)

    def day(self, text, beside=None):
        """Return the day of an instant: 11月25日, 25 Nov; with the year if it or what is `beside` it is of another."""
        when = self.instant(text)
        this_year = {datetime.now(UTC).astimezone(self._zone).year} == {when.year, self.instant(beside or text).year}
        patterns = {"zh_CN": ("M月d日", "y年M月d日"), "en": ("d MMM", "d MMM y")}[self.locale]
        return dates.format_date(when, patterns[0 if this_year else 1], locale=self._babel)

    def time(self, text):
        """Return day and minute of an instant."""
        return f"{self.day(text)} {self.instant(text):%H:%M}"

    def exact(self, text):
        """Return an instant to the second, for tooltips."""
        return f"{self.instant(text):%Y-%m-%d %H:%M:%S}"

    def relative(self, text):
        """Return how long ago an instant was if under 7 days, else its day."""
        ago = datetime.now(UTC) - datetime.fromisoformat(text)
        if ago.total_seconds() >= 7 * 86_400:
            return self.day(text)
        return dates.format_timedelta(-ago, add_direction=True, locale=self._babel, granularity="minute")

    def number(self, value, digits=0):
        """Return a number with thousands separators and a fixed count of decimals."""
        # Both our languages write numbers so, and babel takes seven times as long: a table has hundreds of them.
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits))
        return f"{rounded:,f}"

    def percent(self, share, digits=1):
        """Return a share in [0, 1] as per cent."""
        return f"{self.number(share * 100, digits)}%"
