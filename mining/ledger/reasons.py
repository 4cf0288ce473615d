"""Why a row was not loaded, or was changed: a code for machines, a sentence for people."""

from kb.errors import N_, fill

REJECTED = {
    "too_few_columns": N_("%(file)s, row %(row)d: the row has fewer columns than the header."),
    "too_many_columns": N_("%(file)s, row %(row)d: the row has more columns than the header."),
    "quote": N_("%(file)s, row %(row)d: a quotation mark is not closed, or stands inside a text."),
    "field_too_long": N_("%(file)s, row %(row)d: a field has more than 131072 characters."),
    "digits_lost": N_(
        "%(file)s, row %(row)d, column “%(column)s”: “%(value)s” has lost its digits to a spreadsheet; "
        "export that column as text."
    ),
    "spreadsheet_error": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is a formula's error."),
    "item_missing": N_("%(file)s, row %(row)d, column “%(column)s”: the product is missing."),
    "not_a_number": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is not a number."),
    "number_too_large": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is too large."),
    "other_currency": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is in another currency."),
    "not_a_date": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is not a date."),
    "no_such_day": N_("%(file)s, row %(row)d, column “%(column)s”: there is no such day or hour as “%(value)s”."),
    "day_missing": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” does not name the day."),
    "year_unclear": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” does not say which century."),
    "year_out_of_range": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” is not between 1970 and 2099."),
}
SET_ASIDE = {
    "total": N_("%(file)s, row %(row)d: a line of totals, not a purchase."),
    "footer": N_("%(file)s, row %(row)d: a remark below the table, not a purchase."),
    "repeated_header": N_("%(file)s, row %(row)d: the header once more."),
    "other_sheet": N_("%(file)s, row %(row)d: on a sheet that is no part of the table."),
    "not_goods": N_("%(file)s, row %(row)d: “%(value)s” names no product."),
    "listed": N_("%(file)s, row %(row)d: “%(value)s” is on the list of what is no goods."),
    "return": N_("%(file)s, row %(row)d: goods returned, or a correction."),
    "netted": N_("%(file)s, row %(row)d: goods returned, taken off their sale."),
    "returned": N_("%(file)s, row %(row)d: a sale that came back whole."),
    "zero_price": N_("%(file)s, row %(row)d: given for nothing."),
    "required": N_("%(file)s, row %(row)d, column “%(column)s”: nothing there, and --require asks for it."),
    "asked": N_("%(file)s, row %(row)d, column “%(column)s”: “%(value)s” waits for an answer."),
}
# The row was loaded, yet not as it stands in the file.
NOTES = {
    "nul_removed": N_("A NUL character was removed."),
    "rounded": N_("A number was rounded to four decimals."),
    "integer_restored": N_("The “.0” after a number was removed."),
    "not_divided": N_("An amount or quantity of a whole order was left out: it cannot be divided over its products."),
    "reduced": N_("Some of a sale came back and was taken off."),
    "day_first": N_("Day before month, as row %(row)d shows."),
    "month_first": N_("Month before day, as row %(row)d shows."),
}
# The same in a few words, where many rows are counted.
WORDS = {
    "too_few_columns": N_("fewer columns than the headings"),
    "too_many_columns": N_("more columns than the headings"),
    "quote": N_("a quotation mark that is not closed"),
    "field_too_long": N_("a field that is too long"),
    "digits_lost": N_("digits lost in a spreadsheet"),
    "spreadsheet_error": N_("an error of a formula"),
    "item_missing": N_("no product"),
    "not_a_number": N_("not a number"),
    "number_too_large": N_("a number too large"),
    "other_currency": N_("another currency"),
    "not_a_date": N_("not a date"),
    "no_such_day": N_("no such day or hour"),
    "day_missing": N_("the day is missing"),
    "year_unclear": N_("a year without its century"),
    "year_out_of_range": N_("a year before 1970 or after 2099"),
    "total": N_("a line of totals"),
    "footer": N_("a remark below the table"),
    "repeated_header": N_("the headings once more"),
    "other_sheet": N_("on another sheet"),
    "not_goods": N_("not a product"),
    "listed": N_("on the list of what is no goods"),
    "return": N_("returned, or a correction"),
    "netted": N_("returned, taken off its sale"),
    "returned": N_("a sale that came back whole"),
    "zero_price": N_("given for nothing"),
    "required": N_("a required field is empty"),
    "asked": N_("waits for an answer"),
}
TEMPLATES = REJECTED | SET_ASIDE | NOTES


def sentence(code, values, translate=str):
    """Return why in words; `values` names file, row, column and value."""
    return fill(TEMPLATES[code], values, translate)
