import csv
import io

from hypothesis import given, strategies as st
from python_calamine import CalamineWorkbook

from mining import formulas
from web import csv_file, sheets

_text = st.text("'=+-@\t＝a ", max_size=6)


@given(st.lists(_text, min_size=1, max_size=5))
def test_what_is_guarded_runs_nowhere_and_is_itself_again(texts):
    (row,) = list(csv.reader(io.StringIO(csv_file.text(texts, []).removeprefix("\ufeff"), newline="")))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]
    assert [formulas.unguarded(cell) for cell in row] == texts
    # The same table opened and saved by a spreadsheet program has the marks still, one of ours has none to begin with.
    file = io.BytesIO()
    sheets.write(file, [("甲", ["一"], [texts])])
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    cells = [str(cell) for cell in book.get_sheet_by_index(0).to_python(skip_empty_area=False)[1]]
    assert [formulas.unguarded(cell) for cell in cells] == texts[: len(cells)]
