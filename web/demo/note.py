"""What a note of the demo is made of."""

from typing import NamedTuple


class Note(NamedTuple):
    """A note written by hand; `details` are the fields of `kb.note_details.Details`, customers by their name.

    ``named`` are the logins on the list of one with the readers "list", ``facets`` what it is filed under.
    """

    login: str
    dimension: str
    topics: tuple
    title: str
    summary: str
    body: str
    details: dict
    readers: str = "all"
    named: tuple = ()
    facets: tuple = ()
