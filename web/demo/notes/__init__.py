"""Every note of the demo, the oldest first: all written by hand, no two of them sharing a sentence."""

from itertools import chain, islice, zip_longest

from web.demo.notes import care, first, marketing, service, shop, supply, trade, voices

# Departments write side by side, so the notes of the others are taken in turn.
_SIDE_BY_SIDE = zip_longest(service.NOTES, shop.NOTES, care.NOTES, trade.NOTES, marketing.NOTES, supply.NOTES)
_WRITTEN = [note for note in chain.from_iterable(_SIDE_BY_SIDE) if note is not None]
# What customers said came in all the time: a voice before every few of the others.
_EVERY = len(_WRITTEN) // len(voices.NOTES)
_REST = iter(_WRITTEN)
_BETWEEN = zip_longest(voices.NOTES, iter(lambda: tuple(islice(_REST, _EVERY)), ()), fillvalue=())
NOTES = (*first.NOTES, *(note for said, others in _BETWEEN for note in (*((said,) if said else ()), *others)))
