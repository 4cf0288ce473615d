"""The tables of the ledger and of the mining jobs. A migration never changes once it has shipped."""

import json
import re

from kb.sqlite import Migrations
from mining.rule_figures import figures

migrations = Migrations("mining")


@migrations()
def m001_ledger_and_runs(db):
    for statement in _LEDGER + _RUNS:
        db.execute(statement)


@migrations()
def m002_uploads_and_profiles(db):
    for statement in _UPLOADS:
        db.execute(statement)


@migrations()
def m003_rules_and_judgements(db):
    for statement in _JUDGEMENTS:
        db.execute(statement)
    for row in list(db.query("SELECT id, data FROM finding")):
        db["finding"].update(row["id"], figures(json.loads(row["data"])))


@migrations()
def m004_series_of_order_numbers(db):
    db.execute("ALTER TABLE batch ADD COLUMN series INTEGER")
    # What was read from the same columns until now was taken for one system's; anything else never should have been.
    db.execute(
        "UPDATE batch SET series = (SELECT min(other.id) FROM batch AS other WHERE other.mapping = batch.mapping)"
    )
    db.execute("CREATE INDEX batch_series ON batch(series)")


@migrations()
def m005_rules_that_repeat_a_shorter_one(db):
    db.execute("ALTER TABLE finding ADD COLUMN redundant INTEGER NOT NULL DEFAULT 0 CHECK (redundant IN (0, 1))")


@migrations()
def m006_runs_that_take_notes_in(db):
    # The table is made anew, for a CHECK cannot be changed; foreign keys are off in a migration.
    rows = db.execute("SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'run' AND sql IS NOT NULL").fetchall()
    (made,) = (sql for kind, sql in rows if kind == "table")
    kinds = "CHECK (kind IN ('import', 'rules'))"
    if made.count(kinds) != 1:
        raise ValueError(f"the table of runs is not as it was shipped: {made}")
    made = made.replace(kinds, "CHECK (kind IN ('import', 'rules', 'notes'))")
    db.execute(re.sub(r'^CREATE TABLE "?run"?', "CREATE TABLE run_with_notes", made))
    db.execute("INSERT INTO run_with_notes SELECT * FROM run")
    db.execute("DROP TABLE run")
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("ALTER TABLE run_with_notes RENAME TO run")
    db.execute("PRAGMA legacy_alter_table = OFF")
    for kind, sql in rows:
        if kind != "table":
            db.execute(sql)


@migrations()
def m007_schedules(db):
    for statement in _SCHEDULES:
        db.execute(statement)


@migrations()
def m008_logs_of_runs(db):
    for statement in _RUN_LOG:
        db.execute(statement)


@migrations()
def m010_rules_from_near(db):
    for statement in _NEAR:
        db.execute(statement)


@migrations()
def m011_rules_in_their_order(db):
    for statement in _IN_ORDER:
        db.execute(statement)


@migrations()
def m012_columns_of_rules(db):
    for statement in _COLUMNS:
        db.execute(statement)


@migrations()
def m013_columns_a_member_chose(db):
    db.execute(
        """CREATE TABLE member_columns (
            member_id INTEGER PRIMARY KEY REFERENCES member(id),
            columns TEXT NOT NULL
        ) STRICT"""
    )


@migrations()
def m015_facts_of_the_ledger(db):
    db.execute("CREATE TABLE ledger_facts (state TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT")


@migrations()
def m017_imports_that_another_replaced(db):
    db.execute("ALTER TABLE batch ADD COLUMN replaced_by INTEGER REFERENCES batch(id)")
    db.execute("CREATE INDEX batch_replaced ON batch(replaced_by)")


_LEDGER = (
    """CREATE TABLE batch (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        encoding TEXT,
        delimiter TEXT,
        header_row INTEGER,
        mapping TEXT NOT NULL,
        rows TEXT NOT NULL,
        by_reason TEXT NOT NULL,
        facts TEXT NOT NULL,
        profile TEXT,
        member_id INTEGER REFERENCES member(id),
        state TEXT NOT NULL DEFAULT 'loaded' CHECK (state IN ('loaded', 'undone')),
        created_at TEXT NOT NULL,
        undone_at TEXT
    ) STRICT""",
    "CREATE INDEX batch_sha256 ON batch(sha256)",
    "CREATE INDEX batch_profile ON batch(profile)",
    "CREATE INDEX batch_member ON batch(member_id)",
    """CREATE TABLE ledger_part (
        id INTEGER PRIMARY KEY,
        batch_id INTEGER NOT NULL REFERENCES batch(id),
        path TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL,
        rows INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX ledger_part_batch ON ledger_part(batch_id)",
    """CREATE TABLE ledger_customer (
        customer_key INTEGER PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE
    ) STRICT""",
)

_RUNS = (
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('import', 'rules')),
        args TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued'
            CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        stage TEXT,
        progress INTEGER NOT NULL DEFAULT 0,
        total INTEGER,
        heartbeat_at TEXT,
        worker TEXT,
        cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
        result TEXT,
        error TEXT,
        member_id INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT
    ) STRICT""",
    "CREATE INDEX run_state ON run(state, id)",
    "CREATE INDEX run_member ON run(member_id)",
    """CREATE TABLE finding (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES run(id),
        kind TEXT NOT NULL,
        position INTEGER NOT NULL,
        data TEXT NOT NULL,
        UNIQUE (run_id, position)
    ) STRICT""",
)

_UPLOADS = (
    """CREATE TABLE profile (
        name TEXT PRIMARY KEY,
        options TEXT NOT NULL,
        header TEXT NOT NULL,
        member_id INTEGER REFERENCES member(id),
        used_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX profile_member ON profile(member_id)",
    """CREATE TABLE upload (
        id INTEGER PRIMARY KEY,
        bundle INTEGER NOT NULL,
        token TEXT NOT NULL UNIQUE,
        file TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        options TEXT NOT NULL DEFAULT '{}',
        trial_id INTEGER REFERENCES run(id),
        import_id INTEGER REFERENCES run(id),
        member_id INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX upload_bundle ON upload(bundle)",
    "CREATE INDEX upload_member ON upload(member_id)",
    "CREATE INDEX upload_trial ON upload(trial_id)",
    "CREATE INDEX upload_import ON upload(import_id)",
)

_JUDGEMENTS = (
    "ALTER TABLE finding ADD COLUMN rule TEXT",
    "ALTER TABLE finding ADD COLUMN pair TEXT",
    "ALTER TABLE finding ADD COLUMN left_side TEXT",
    "ALTER TABLE finding ADD COLUMN right_side TEXT",
    "ALTER TABLE finding ADD COLUMN orders INTEGER",
    "ALTER TABLE finding ADD COLUMN extra REAL",
    "ALTER TABLE finding ADD COLUMN confidence REAL",
    "ALTER TABLE finding ADD COLUMN base_rate REAL",
    "ALTER TABLE finding ADD COLUMN lift REAL",
    "ALTER TABLE finding ADD COLUMN q_value REAL",
    "CREATE INDEX finding_rule ON finding(rule)",
    """CREATE TABLE judgement (
        rule TEXT PRIMARY KEY,
        verdict TEXT NOT NULL CHECK (verdict IN ('worth', 'known', 'useless', 'later')),
        reason TEXT NOT NULL DEFAULT '',
        finding_id INTEGER NOT NULL REFERENCES finding(id),
        member_id INTEGER REFERENCES member(id),
        judged_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX judgement_finding ON judgement(finding_id)",
    "CREATE INDEX judgement_member ON judgement(member_id)",
)

_SCHEDULES = (
    """CREATE TABLE schedule (
        id INTEGER PRIMARY KEY,
        version INTEGER NOT NULL DEFAULT 1,
        args TEXT NOT NULL,
        rhythm TEXT NOT NULL,
        paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        done_day TEXT NOT NULL,
        member_id INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX schedule_member ON schedule(member_id)",
    "ALTER TABLE run ADD COLUMN schedule_id INTEGER REFERENCES schedule(id)",
    "CREATE INDEX run_schedule ON run(schedule_id, state)",
)

_RUN_LOG = (
    """CREATE TABLE run_log (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES run(id),
        at TEXT NOT NULL,
        text TEXT NOT NULL,
        "values" TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX run_log_run ON run_log(run_id)",
)

_NEAR = (
    "ALTER TABLE finding ADD COLUMN cause TEXT",
    "ALTER TABLE finding ADD COLUMN length INTEGER",
    """UPDATE finding SET cause = told.cause, length = told.length FROM (
        SELECT id, CASE
            WHEN redundant THEN 'redundant'
            WHEN pair IS NULL THEN 'several'
            WHEN row_number() OVER (PARTITION BY run_id, pair ORDER BY confidence DESC, left_side) > 1 THEN 'mirrored'
            WHEN orders < 20 THEN 'few'
            WHEN lift < 2 THEN 'weak'
            WHEN q_value > 0.05 THEN 'chance'
            WHEN base_rate > 0.15 THEN 'common' END AS cause,
            json_array_length(data, '$.antecedent') + json_array_length(data, '$.consequent') AS length
        FROM finding) AS told
      WHERE told.id = finding.id""",
    "ALTER TABLE finding ADD COLUMN held INTEGER CHECK (held IN (0, 1))",
    "ALTER TABLE finding ADD COLUMN trend TEXT CHECK (trend IN ('up', 'down', 'flat'))",
    "ALTER TABLE finding ADD COLUMN profit REAL",
    # What lists, counts and charts of many rules read, without the long texts beside it.
    """CREATE INDEX finding_seen ON finding(run_id, cause, extra, position, orders, confidence, base_rate, lift,
        q_value, length, held, trend, profit, left_side, right_side, rule)""",
    """CREATE TABLE finding_detail (
        finding_id INTEGER PRIMARY KEY REFERENCES finding(id),
        data TEXT NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT""",
)

_IN_ORDER = (
    "DROP INDEX finding_seen",
    # Most lists are in this order: they are read from it without sorting, and end once they have enough.
    """CREATE INDEX finding_in_order ON finding(run_id, extra DESC, position, cause, orders, confidence, base_rate,
        lift, q_value, length, held, trend, profit, left_side, right_side, rule)""",
    "CREATE INDEX finding_by_cause ON finding(run_id, cause, rule)",
)

_COLUMNS = (
    # What all rules of a run are filtered, ordered and drawn by, so that a page reads no hundred thousand rows for it.
    """CREATE TABLE rule_columns (
        run_id INTEGER PRIMARY KEY REFERENCES run(id),
        data BLOB NOT NULL
    ) STRICT""",
    "DROP INDEX finding_in_order",
)
