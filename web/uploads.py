"""Uploads: the steps from order files to an import: file, columns, rules, trial. Nothing counts before the last."""

import functools
import json
import secrets
import shutil

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb.errors import Conflict, Invalid, N_, fill
from kb.store import utc_now
from mining.ledger import batches, cleaning, no_goods, profiles, unpack, uploads
from mining.ledger.options import FIELDS, Options
from mining.ledger.reasons import REJECTED
from web import paging, purchases
from web.security import allowed
from web.templating import translate

bp = Blueprint("uploads", __name__)

STEPS = ("file", "columns", "rules", "trial")
_PASTED = N_("Pasted table.txt")
_REQUIRABLE = ("customer", "time", "price")
_MOST_FILES = 50
# They travel in a cookie.
_REFUSED_SHOWN = 5


@bp.post("/purchases/uploads")
@allowed("purchase.import")
def create():
    try:
        files, refused = _kept(request.files.getlist("file"), request.form.get("pasted", ""))
    except Invalid as problem:
        return purchases.page(problem), 422
    bundle = uploads.add(g.db, files, by=g.reader, now=utc_now())
    for problem in refused[:_REFUSED_SHOWN]:
        flash({"problem": {"template": problem.template, "hint": problem.hint, "values": problem.values}})
    return redirect(url_for("uploads.show", bundle=bundle, step="file"), 303)


@bp.get("/purchases/uploads/<int:bundle>/<any(file, columns, rules, trial):step>")
@allowed("purchase.import")
def show(bundle, step):
    return _page(bundle, step)


@bp.post("/purchases/uploads/<int:bundle>/<any(file, columns, rules):step>")
@allowed("purchase.import")
def choose(bundle, step):
    found, chosen = _found(bundle)
    try:
        if step == "file":
            _save(_alike(found, chosen), chosen, _of_file(request.form))
        elif step == "columns":
            mapping = _of_columns(_seen(chosen).header, request.form)
            _save(_alike(found, chosen), chosen, {"mapping": mapping})
        else:
            _save(found, chosen, _of_rules(request.form))
    except Invalid as problem:
        return _page(bundle, step, problem), 422
    if "stay" in request.form:
        return redirect(url_for("uploads.show", bundle=bundle, step=step, n=request.args.get("n")), 303)
    if step == "rules" or "try" in request.form:
        return _try(bundle)
    return redirect(
        url_for("uploads.show", bundle=bundle, step=STEPS[STEPS.index(step) + 1], n=request.args.get("n")), 303
    )


@bp.post("/purchases/uploads/<int:bundle>/trial")
@allowed("purchase.import")
def try_out(bundle):
    """Try the files; with an answer to what a trial asked, after it is taken."""
    found, chosen = _found(bundle)
    answers = {name: request.form[name] for name in ("dates", "serials", "decimal") if request.form.get(name)}
    try:
        if answers:
            _save(found, chosen, answers)
        # Whose numbers they are, and what it takes the place of, is a matter of each file.
        of_file = {name: request.form[name] for name in ("order_numbers", "overlap") if request.form.get(name)}
        if of_file:
            _save([chosen], chosen, of_file)
    except Invalid as problem:
        return _page(bundle, "trial", problem), 422
    return _try(bundle)


@bp.get("/purchases/uploads/<int:bundle>/progress")
@allowed("purchase.import")
def progress(bundle):
    found, _ = _found(bundle)
    page = render_template("uploads/_progress.html", files=found, bundle=bundle)
    return page, 200, {} if _going(found) else {"HX-Refresh": "true"}


@bp.post("/purchases/uploads/<int:bundle>/import")
@allowed("purchase.import")
def start(bundle):
    found, _ = _found(bundle)
    try:
        run_ids = uploads.start(
            g.db,
            bundle,
            sentences=_sentences(),
            by=g.reader,
            now=utc_now(),
            profile=request.form.get("profile", ""),
            header=_seen(found[0]).header,
        )
    except (Invalid, Conflict) as problem:
        return _page(bundle, "trial", problem), 422
    where = url_for("runs.show", run_id=run_ids[0]) if len(run_ids) == 1 else url_for("runs.index")
    return redirect(where, 303)


@bp.post("/purchases/uploads/<int:bundle>/drop")
@allowed("purchase.import")
def drop(bundle):
    uploads.drop(g.db, current_app.config["HOME"], bundle, by=g.reader, now=utc_now())
    flash({"text": N_("Dropped. Nothing was written."), "values": {}})
    return redirect(url_for("purchases.index"), 303)


def _found(bundle):
    """Return the uploads of a bundle and the one the address points at."""
    found = uploads.of_bundle(g.db, bundle, reader=g.reader)
    at = request.args.get("n", 1, type=paging.whole)
    return found, found[min(max(at, 1), len(found)) - 1]


def _path(upload):
    return current_app.config["HOME"] / "uploads" / upload.token


def _options(upload):
    return Options(**upload.options, zone=current_app.config["SETTINGS"].zone)


def _seen(upload):
    chosen = json.dumps(upload.options, ensure_ascii=False, sort_keys=True)
    return _preview(_path(upload), upload.file, chosen, current_app.config["SETTINGS"].zone)


@functools.lru_cache(maxsize=200)
def _preview(path, name, chosen, zone):
    """Return the `mining.ledger.preview.Preview` of a file that never changes under its name, read once as chosen."""
    # Only who looks at a file waits for what reads one.
    from mining.ledger.preview import preview

    return preview(path, Options(**json.loads(chosen), zone=zone), name=name)


def _alike(found, chosen):
    """Return the files that have the same columns: what is said of one holds for all."""
    header = _seen(chosen).header
    return [each for each in found if each.id == chosen.id or (header and _seen(each).header == header)]


def _save(found, chosen, options):
    Options(**{**chosen.options, **{name: value for name, value in options.items() if value is not None}})
    uploads.choose(g.db, [each.id for each in found], options, by=g.reader, now=utc_now())


def _of_file(form):
    return {name: form.get(name) or None for name in ("encoding", "delimiter", "header_row", "layout")}


def _of_columns(header, form):
    """Return the mapping that the form says: for each column its field; every field, so that none is guessed."""
    mapping = dict.fromkeys(FIELDS, "")
    for at, column in enumerate(header):
        field = form.get(f"column_{at}", "")
        if field not in mapping or not column:
            continue
        if mapping[field] and field != "time":
            raise Invalid(
                N_("Two columns are given as the same: “%(first)s” and “%(second)s”."),
                hint=N_("Choose one of them; only a day and an hour may stand in two columns."),
                field="mapping",
                first=mapping[field],
                second=column,
            )
        mapping[field] = f"{mapping[field]}+{column}" if mapping[field] else column
    return mapping


def _of_rules(form):
    on = set(form.getlist("rule"))
    return {
        "off": sorted(set(cleaning.RULES) - on) or None,
        "require": [name for name in form.getlist("require") if name in _REQUIRABLE] or None,
        "no_goods": no_goods.names(form.get("no_goods", "")) or None,
        **{name: form.get(name) or None for name in ("returns", "zero_price", "decimal")},
    }


def _try(bundle):
    uploads.try_out(g.db, bundle, sentences=_sentences(), by=g.reader, now=utc_now())
    return redirect(url_for("uploads.show", bundle=bundle, step="trial", n=request.args.get("n")), 303)


def _sentences():
    return {template: translate(template) for template in REJECTED.values()}


def _going(found):
    return any(each.trial is not None and each.trial.state in ("queued", "running") for each in found)


def _page(bundle, step, problem=None):
    found, chosen = _found(bundle)
    seen = _seen(chosen)
    return render_template(
        f"uploads/{step}.html",
        bundle=bundle,
        step=step,
        steps=STEPS,
        files=found,
        chosen=chosen,
        n=found.index(chosen) + 1,
        seen=seen,
        options=_options(chosen),
        problem=problem,
        fields=FIELDS,
        rules=cleaning,
        requirable=[name for name in _REQUIRABLE if name in seen.mapping],
        going=_going(found),
        blocked=[each for each in found if not uploads.is_ready(each)],
        imported=batches.of_file(g.db, chosen.sha256),
        profile=profiles.of_header(g.db, seen.header),
    )


def _kept(files, pasted):
    """Store what was handed in and return it as `uploads.add` takes it, and why the others are no tables.

    Each is read like the last file with its columns.

    Raises
    ------
    kb.errors.Invalid
        When none of it is a table.
    """
    files = [file for file in files if file.filename]
    if not files and not pasted.strip():
        raise Invalid(
            N_("No file was chosen."),
            hint=N_("Choose a csv or xlsx file with your orders, or paste a table."),
            field="file",
        )
    if len(files) > _MOST_FILES:
        raise _too_many(len(files))
    folder = current_app.config["HOME"] / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    sent = [(paging.plain_name(file.filename), file.save) for file in files]
    if pasted.strip():
        sent.append((fill(_PASTED, {}, translate), lambda path: path.write_text(pasted, "utf-8")))
    kept, refused = [], []
    for name, write in sent:
        path = folder / secrets.token_hex(16)
        try:
            write(path)
            within = unpack.tables(path, name)
            if not within:
                kept.append(_stored(path, name))
            elif len(within) > _MOST_FILES:
                raise _too_many(len(within))
            kept += [found for found in (_unpacked(folder, *each, refused) for each in within) if found]
            if within:
                path.unlink()
        except Invalid as problem:
            path.unlink(missing_ok=True)
            refused.append(problem)
        except OSError:
            path.unlink(missing_ok=True)
            raise
    if not kept:
        raise refused[0]
    return kept, refused


def _too_many(count):
    return Invalid(
        N_("%(count)d files are too many at once; %(limit)d are possible."),
        hint=N_("Hand in some of them first."),
        field="file",
        count=count,
        limit=_MOST_FILES,
    )


def _unpacked(folder, name, opener, refused):
    """Store one of the files that came in a zip; None for what is no table, which is added to `refused`."""
    path = folder / secrets.token_hex(16)
    try:
        with opener() as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return _stored(path, paging.plain_name(name))
    except OSError:
        path.unlink(missing_ok=True)
        raise
    except Invalid as problem:
        path.unlink(missing_ok=True)
        refused.append(problem)
        return None


def _stored(path, name):
    try:
        seen = _preview(path, name, "{}", current_app.config["SETTINGS"].zone)
    except (Invalid, OSError):
        path.unlink(missing_ok=True)
        raise
    known = profiles.of_header(g.db, seen.header)
    options = known.options if known else {}
    return {"token": path.name, "file": name, "size": path.stat().st_size, "sha256": seen.sha256, "options": options}
