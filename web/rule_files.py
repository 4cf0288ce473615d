"""Rules for other programs: csv and xlsx for a spreadsheet, JSON and Parquet for an analyst; a report as a workbook."""

import json
import tempfile
from pathlib import Path

from flask import Response, send_file

from kb import child
from kb.errors import N_
from mining import findings
from mining.judgements import VERDICTS
from web import csv_file, sheets
from web.rule_asked import TRENDS
from web.templating import formats, translate

_SECONDS = 60
_MORE = (
    N_("More orders"), N_("More profit"), N_("Trend"), N_("Later orders"), N_("Later confidence"), N_("Held later"),
    N_("Judgement"), N_("Reason"), N_("Judged by"), N_("Judged at"),
)  # fmt: skip
_PARQUET = "application/vnd.apache.parquet"


def answer(rows, kind, name):
    """Return the answer that sends `rows` of `mining.rule_view` as a file of a kind: csv, xlsx, json or parquet."""
    if kind in ("csv", "xlsx"):
        head, lines = _table(rows)
        if kind == "xlsx":
            chart = sheets.Scatter(translate(N_("Chart")), *(translate(each) for each in _AXES), 2, 4)
            return sheets.answer([(translate(N_("Rules")), head, lines)], name, chart)
        return _sent(csv_file.text(head, lines), "text/csv", name)
    told = [_told(row) for row in rows]
    if kind == "json":
        return _sent(json.dumps({"rules": told}, ensure_ascii=False), "application/json", name)
    return _parquet(told, name)


def report(run, told, title, **_):
    """Return the answer that sends the report of a run as a workbook."""
    head, lines = _table(told.rows)
    facts = [[translate(label), value] for label, value in told.facts]
    chart = sheets.Scatter(translate(N_("Chart")), *(translate(each) for each in _AXES), 2, 4)
    parts = [(translate(N_("Rules")), head, lines), (translate(N_("The run")), [title, ""], facts)]
    return sheets.answer(parts, f"report-{run.id}.xlsx", chart)


_AXES = (N_("Frequent and sure: top right"), N_("Orders"), N_("Confidence"))


def _sent(text, mimetype, name):
    return Response(text, mimetype=mimetype, headers={"Content-Disposition": f"attachment; filename={name}"})


def _table(rows):
    head, lines = findings.as_table([row.finding for row in rows])
    head = [translate(label) for label in (*head, *_MORE)]
    return head, [[*line, *_more(row)] for line, row in zip(lines, rows, strict=True)]


def _more(row):
    data = row.finding.data
    held = {True: N_("yes"), False: N_("no")}.get(data.get("held"))
    judged = ["", "", "", ""]
    if row.verdict is not None:
        judged = [translate(VERDICTS[row.verdict]), row.reason, row.judged_by or "", formats().exact(row.judged_at)]
    return [
        round(row.extra, 2), data.get("profit"), translate(TRENDS[data["trend"]]) if data.get("trend") else "",
        data.get("later_orders"), data.get("later_confidence"), translate(held) if held else "", *judged,
    ]  # fmt: skip


def _told(row):
    said = {name: getattr(row, name) for name in ("verdict", "reason", "judged_by", "judged_at")}
    data = {name: value for name, value in row.finding.data.items() if name != "names"}
    named = {f"{side}_names": findings.names(row.finding.data, side) for side in ("antecedent", "consequent")}
    return {"id": row.finding.id, **data, **named, "extra": row.extra, "cause": row.cause, **said}


def _parquet(told, name):
    # A page imports nothing that writes it: a process of its own does.
    with tempfile.TemporaryDirectory() as folder:
        lines, path = Path(folder, "rules.jsonl"), Path(folder, "rules.parquet")
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in told)
        child.run("mining.parquet_file", lines, path, seconds=_SECONDS)
        return send_file(_whole(path), mimetype=_PARQUET, as_attachment=True, download_name=name)


def _whole(path):
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    file.write(path.read_bytes())
    file.seek(0)
    return file
