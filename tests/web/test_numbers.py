"""Numbers are written as the readers of both languages write them."""

import pytest
from babel import numbers
from hypothesis import given, strategies as st

from web import i18n

figures = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12),
    # Halves, of which the rounding must be the same everywhere.
    st.integers(-999, 999).map(lambda eighths: eighths / 8),
)


@pytest.mark.parametrize("locale", i18n.LOCALES)
@given(value=figures, digits=st.integers(0, 4))
def test_a_number_is_written_as_the_rules_of_the_language_say(locale, value, digits):
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    written = i18n.Formats(locale, "Asia/Shanghai").number(value, digits)
    assert written == numbers.format_decimal(value, pattern, locale=locale)
