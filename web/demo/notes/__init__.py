"""Every note of the demo, the oldest first: all written by hand, no two of them sharing a sentence."""

from itertools import chain, zip_longest

from web.demo.notes import care, first, marketing, service, shop, supply, trade

# Departments write side by side, so the notes of the others are taken in turn.
_SIDE_BY_SIDE = zip_longest(service.NOTES, shop.NOTES, care.NOTES, trade.NOTES, marketing.NOTES, supply.NOTES)
NOTES = (*first.NOTES, *(note for note in chain.from_iterable(_SIDE_BY_SIDE) if note is not None))
