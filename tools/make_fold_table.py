"""Write kb/search/fold_table.txt: traditional characters and the simplified ones they fold to.

A development step, run once for a new OpenCC (``pip install opencc``, Apache-2.0), which is no dependency of Kezhi:

    python tools/make_fold_table.py

Every Han character is converted alone, so the table is one character to one and offsets stay.
"""

import unicodedata
from importlib.metadata import version
from pathlib import Path

import opencc

TABLE = Path(__file__).parent.parent / "kb" / "search" / "fold_table.txt"
HAN = [range(0x2E80, 0x2FE0), range(0x3400, 0xA000), range(0x20000, 0x32400)]
PAIRS_A_LINE = 50


def pairs():
    """Yield (traditional, simplified) for each character that conversion alone changes."""
    converter = opencc.OpenCC("t2s")
    for code in (code for block in HAN for code in block):
        character = chr(code)
        simplified = converter.convert(character)
        # What NFKC rewrites never reaches the table.
        if simplified != character and unicodedata.normalize("NFKC", character) == character:
            if len(simplified) != 1:
                raise SystemExit(f"{character} does not become one character but {simplified!r}")
            yield character, simplified


def main():
    """Write the table with its provenance."""
    table = dict(pairs())
    # A result that is itself a key (the reverse of a chain) would make folding depend on how often it runs.
    for character in table:
        while table[character] in table:
            table[character] = table[table[character]]
    joined = [old + new for old, new in sorted(table.items())]
    lines = ["".join(joined[at : at + PAIRS_A_LINE]) for at in range(0, len(joined), PAIRS_A_LINE)]
    head = (
        f"# {len(joined)} pairs: a traditional character, then the simplified one it folds to.\n"
        f"# Made by tools/make_fold_table.py from opencc {version('opencc')}, configuration t2s, one character at a"
        " time;\n# OpenCC's dictionaries are under the Apache License 2.0.\n"
    )
    TABLE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
