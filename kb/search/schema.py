"""What an index holds: Whoosh's schema, and the version that a change to it raises.

An index file holds the schema pickled, with the classes of this module in it by name: never move or rename them.
"""

import unicodedata
from importlib.metadata import version

from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence

from kb.search.analysis import KezhiTokenizer
from kb.search.folding import TABLE_FILE

# Raised by hand with any change to analysis, impacts, schema or columns; the rest follows the libraries that cut and
# fold.
_VERSION = 6
_TABLE = TABLE_FILE.stat().st_size
# The one field: all terms of a note.
FIELD = "text"


def index_version():
    """Return the name of this analyzer and schema; an index of another name is built anew."""
    return f"{_VERSION}-{_TABLE}-{unicodedata.unidata_version}-{version('rjieba')}-{version('whoosh')}"


def schema():
    """Return the schema of a new index; the weight of a posting is its impact."""
    return Schema(**{FIELD: FieldType(format=Existence(), analyzer=KezhiTokenizer(), scorable=False)})
