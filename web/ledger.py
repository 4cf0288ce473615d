"""The plain facts of the purchase records: a page, and the same figures as csv and xlsx."""

from flask import Blueprint, Response, current_app, g, render_template, request

from kb.errors import Invalid, N_
from mining.ledger import batches, kept_facts
from web import chart, csv_file, paging, sheets
from web.security import allowed
from web.templating import translate

bp = Blueprint("ledger", __name__)

_SHOPS = 20
_KEPT = 8


@bp.get("/purchases/facts")
@allowed("purchase.read")
def facts():
    imports, problem = batches.live(g.db, g.reader), None
    try:
        chosen = chosen_imports(request.args)
    except Invalid as refused:
        chosen, problem = [], refused
    found = _summary(chosen)
    page = render_template(
        "purchases/facts.html",
        facts=found,
        shops=found.get("shops", [])[:_SHOPS],
        charts=chart.of_months(found.get("months", [])),
        is_cut=chart.cut_months(found.get("period"), found.get("months", [])),
        imports=imports,
        chosen=chosen,
        problem=problem,
    )
    return page, 422 if problem else 200


@bp.get("/purchases/facts.csv")
@allowed("purchase.read")
def as_csv():
    rows = []
    for title, head, lines in _tables(_summary(chosen_imports(request.args))):
        rows += [[], [title], head, *lines] if rows else [[title], head, *lines]
    named = {"Content-Disposition": "attachment; filename=purchases.csv"}
    return Response(csv_file.text(rows[0], rows[1:]), mimetype="text/csv", headers=named)


@bp.get("/purchases/facts.xlsx")
@allowed("purchase.read")
def as_xlsx():
    return sheets.answer(_tables(_summary(chosen_imports(request.args))), "purchases.xlsx")


def chosen_imports(sent):
    """Return the ids of the imports that an address or a form names; [] stands for all.

    Raises
    ------
    kb.errors.Invalid
        For one that is not in the records.
    """
    chosen = paging.ids(sent.getlist("batch"))
    batches.refuse_others(g.db, chosen)
    return chosen


def _summary(chosen):
    """Return the facts; those that were not kept are counted once for each state of the ledger and choice."""
    home = current_app.config["HOME"]
    if not chosen and (found := kept_facts.of_all(g.db, home)) is not None:
        return found
    kept, asked = current_app.extensions.setdefault("purchase_facts", {}), (batches.version(g.db), *sorted(chosen))
    if asked not in kept:
        # Loaded only for who asks: it takes a third of a second and much memory.
        from mining.ledger import facts

        found = facts.summary(g.db, home, chosen or None)
        for stale in [each for each in kept if each[0] != asked[0] or len(kept) >= _KEPT]:
            kept.pop(stale, None)
        kept[asked] = found
        return found
    return kept[asked]


def _tables(found):
    """Return title, head and lines of each table, in the reader's language; nothing for what the files don't have."""
    if not found["lines"]:
        return [(translate(N_("Overview")), [translate(N_("Figure")), translate(N_("Value"))], [])]
    tables = [(N_("Overview"), (N_("Figure"), N_("Value")), _overview(found))]
    top = (N_("Product"), N_("Orders"), N_("Share of orders"), N_("Quantity"), N_("Amount"))
    names = ("item", "orders", "share", "quantity", "amount")
    if any(row["name"] for row in found["top"]):
        top, names = (*top, N_("Product name")), (*names, "name")
    tables.append((N_("Products"), top, [[_number(row[name], name) for name in names] for row in found["top"]]))
    for title, column, name in ((N_("Months"), N_("Month"), "month"), (N_("Shops"), N_("Shop"), "shop")):
        lines = [[row[name], row["orders"], _number(row["amount"], "amount")] for row in found[f"{name}s"]]
        if lines:
            tables.append((title, (column, N_("Orders"), N_("Amount")), lines))
    return [(translate(title), [translate(cell) for cell in head], lines) for title, head, lines in tables]


def _overview(found):
    first, last = found["period"] or (None, None)
    single = found["single"] or {"orders": None, "share": None}
    rows = (
        (N_("First day"), first),
        (N_("Last day"), last),
        (N_("Orders"), found["orders"]),
        (N_("Customers"), found["customers"]),
        (N_("Lines"), found["lines"]),
        (N_("Products"), found["products"]),
        (N_("Amount"), _number(found["amount"], "amount")),
        (N_("Amount per order"), _number(found["amount_per_order"], "amount")),
        (N_("Products per order"), found["products_per_order"]),
        (N_("Orders with one product"), single["orders"]),
        (N_("Share of the orders"), single["share"]),
    )
    return [[translate(label), value] for label, value in rows if value is not None]


def _number(value, name):
    """Return an amount as a number a spreadsheet can sum; every other cell as it is."""
    return float(value) if name == "amount" and value is not None else value
