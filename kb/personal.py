"""Personal data: one way to write it, and what of it everybody may see."""

import re
import unicodedata

from kb.errors import Invalid, N_

# Digits that tell a call apart in a list; the clerk asks for them.
TAIL = 4
_LEAST_DIGITS, _MOST_DIGITS = 5, 20
_BLANKS_IN_PHONE = re.compile(r"[\s\-‐-―().·]+")
_PHONE = re.compile(r"\+?[0-9]+")
_COUNTRY = re.compile(r"(?:\+|00)86(?=1\d{10}$)")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def plain_digits(text):
    """Return `text` in half width without what people put between the digits of a phone number."""
    return _BLANKS_IN_PHONE.sub("", unicodedata.normalize("NFKC", text).strip())


def phone(text, *, field="phone"):
    """Return a phone number as it is stored: digits, with + for another country; "" for none.

    Raises
    ------
    kb.errors.Invalid
        For what is no phone number.
    """
    digits = _COUNTRY.sub("", plain_digits(text))
    if not digits:
        return ""
    if not _PHONE.fullmatch(digits) or not _LEAST_DIGITS <= len(digits.lstrip("+")) <= _MOST_DIGITS:
        raise Invalid(
            N_("“%(value)s” is no phone number."),
            hint=N_("Write its digits, such as 138 1234 5678; one number only."),
            field=field,
            value=text.strip(),
        )
    return digits


def mail(text, *, field="mail"):
    """Return a mail address as it is stored, "" for none; refuses what is none."""
    address = unicodedata.normalize("NFKC", text).strip()
    if not address:
        return ""
    if not _MAIL.fullmatch(address) or len(address) > 254 or not address.isprintable():
        raise Invalid(
            N_("“%(value)s” is no mail address."),
            hint=N_("Write it like name@example.com."),
            field=field,
            value=text.strip(),
        )
    return address


def masked_phone(number):
    """Return a phone number with its middle hidden: 138****1234; a short one shows its last two digits only."""
    if not number:
        return ""
    if len(number) < 9:
        return "****" + number[-2:]
    return f"{number[:3]}****{number[-TAIL:]}"


def masked_mail(address):
    """Return a mail address with its name hidden: z****@example.com."""
    if not address:
        return ""
    name, host = address.rsplit("@", 1)
    return f"{name[:1]}****@{host}"
