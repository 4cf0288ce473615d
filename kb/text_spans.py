"""The places of a text at which a word could stand."""


def of(text, *, shortest, longest):
    """Return ``{part: [(start, end), ...]}`` of a folded text; in Latin letters only whole words are a part."""
    spans = {}
    for start in range(len(text)):
        for end in range(start + shortest, min(len(text), start + longest) + 1):
            if not (_joins(text, start) or _joins(text, end)):
                spans.setdefault(text[start:end], []).append((start, end))
    return spans


def _joins(text, at):
    """Return whether a word of Latin letters or digits goes on across this place."""
    return 0 < at < len(text) and all(each.isascii() and each.isalnum() for each in text[at - 1 : at + 1])
