"""Rules written to a file a person names: csv or xlsx for a spreadsheet, json or parquet for a program."""

import csv
import os
import secrets
from pathlib import Path

from kb.errors import Invalid, N_
from web import csv_file
from web.commands.terminal import json_bytes

# Rows of a sheet, less the header: what does not fit would be lost without a word.
_SHEET_ROWS = 1_048_575
_BETWEEN = " + "
# The columns of every kind of file, also when there is no rule to take them from.
_ITEMS = ("antecedent", "consequent")
_FIGURES = (
    "support", "confidence", "base_rate", "lift", "leverage", "conviction", "zhang", "kulczynski", "imbalance",
    "cosine", "jaccard", "p_value", "q_value", "p_bonferroni", "improvement",
)  # fmt: skip
_COLUMNS = (*_ITEMS, "count", "antecedent_count", "consequent_count", *_FIGURES)
# Only where rules were tested on later orders.
_LATER_FIGURES = ("later_confidence", "later_lift", "later_p_value", "later_q_value")
_LATER = ("later_count", "later_antecedent_count", *_LATER_FIGURES, "held")


def checked(path):
    """Return `path` as a `Path`; refuses a kind or a folder we cannot write, before any work is done."""
    path = Path(path)
    if path.suffix.lower() not in _WRITERS:
        raise Invalid(
            N_("--out cannot be “%(value)s”."),
            hint=N_("Its name must end in one of: %(endings)s."),
            field="out",
            value=str(path),
            endings=", ".join(_WRITERS),
        )
    if not path.absolute().parent.is_dir():
        raise Invalid(
            N_("There is no folder %(folder)s."),
            hint=N_("Make it first, or name another file with --out."),
            field="out",
            folder=str(path.parent),
            value=str(path),
        )
    return path


def write(path, answer):
    """Write the rules of `answer`, the object that `mine rules` prints, to a file of the kind its name says.

    The file appears whole or not at all.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _WRITERS[path.suffix.lower()](aside, answer)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _csv(path, answer):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_columns(answer))
        writer.writerows([csv_file.guarded(cell) for cell in row] for row in _rows(answer))


def _xlsx(path, answer):
    import xlsxwriter

    if len(answer["rules"]) > _SHEET_ROWS:
        raise Invalid(
            N_("A sheet has no room for %(count)d rules."),
            hint=N_("Write csv or parquet, or ask for fewer with --min-confidence."),
            count=len(answer["rules"]),
        )
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([_columns(answer), *_rows(answer)]):
            for column, cell in enumerate(row):
                # As a text by type: a product called =1+1 stays a name.
                put = sheet.write_string if isinstance(cell, str) else sheet.write_number
                if cell is not None:
                    put(number, column, cell)


def _json(path, answer):
    path.write_bytes(json_bytes(answer))


def _parquet(path, answer):
    import polars

    kinds = dict.fromkeys(_columns(answer), polars.Int64)
    kinds |= dict.fromkeys(_ITEMS, polars.List(polars.String))
    kinds |= {name: polars.Float64 for name in (*_FIGURES, *_LATER_FIGURES) if name in kinds}
    polars.DataFrame(answer["rules"], schema=kinds).write_parquet(path)


_WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".json": _json, ".parquet": _parquet}


def _rows(answer):
    for rule in answer["rules"]:
        yield [_BETWEEN.join(rule[name]) if name in _ITEMS else rule[name] for name in _columns(answer)]


def _columns(answer):
    return (*_COLUMNS, *_LATER) if "later" in answer else _COLUMNS
