"""What is put right in a file before it counts: each rule has a name, is counted, and can be switched off."""

from kb.errors import N_

# Of cells: the value is loaded otherwise than it stands. Of rows: the row is set aside.
CELLS = {
    "blanks": N_("Blanks and line breaks around and inside names taken out"),
    "width": N_("Full-width letters and digits written half-width"),
    "money": N_("Currency signs and thousands separators taken out"),
    "dates": N_("Dates written in other ways read as dates"),
}
ROWS = {
    "total": N_("Lines of totals set aside"),
    "footer": N_("Remarks below the table set aside"),
    "repeated_header": N_("Headings that come once more set aside"),
    "not_goods": N_("Lines that name no product (NONE, 无) set aside"),
}
RULES = CELLS | ROWS
