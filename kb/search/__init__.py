"""Search: which notes match these words, how well, where."""

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 is older than Python's warnings about "is" with a literal and bad escapes; it warns once, when it
    # is first compiled. Everything of it that we use is imported here, and nowhere outside this package.
    warnings.simplefilter("ignore")
    import whoosh.analysis  # noqa: F401
    import whoosh.codec.whoosh3  # noqa: F401
    import whoosh.columns  # noqa: F401
    import whoosh.filedb.filestore  # noqa: F401
    import whoosh.formats  # noqa: F401
    import whoosh.index  # noqa: F401
    import whoosh.lang.snowball.english  # noqa: F401
    import whoosh.reading  # noqa: F401
    import whoosh.writing  # noqa: F401
