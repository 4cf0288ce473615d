"""Baskets counted by Spark, for a ledger that one machine does not carry: the same answers as `mining.baskets`.

Spark reads the Parquet files where they lie; itemsets, figures and names come back to this process, baskets never.
Where Spark runs is Spark's own configuration (``SPARK_CONF_DIR``); without one it runs here, on all cores.
"""

import itertools
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse

import kb.home
from kb.errors import Invalid, N_
from mining import baskets, counting, holding
from mining.errors import budget_exceeded
from mining.ledger import orders, product_names
from mining.lists import as_matrix
from mining.threshold import least_count

_CONFIGURED = ("SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS", "MASTER")
_HERE = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={Path(__file__).with_name('spark_log.properties')}",
    # 200, its default, are 200 tasks for each grouping, however few lines there are.
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}


@contextmanager
def session():
    """Yield a Spark session and stop it.

    Raises
    ------
    kb.errors.Invalid
        When Spark, or Java, is not there.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise Invalid(
            N_("Spark is not installed here."),
            hint=N_("Install it with “pip install 'kezhi[spark]'”, or leave out --engine spark."),
            field="engine",
        ) from None
    builder = SparkSession.builder.appName("kezhi")
    is_here = not any(os.environ.get(name) for name in _CONFIGURED)
    if is_here:
        # Else its workers are whichever python3 comes first, and know nothing of what is installed beside this one.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        **(_HERE if is_here else {}),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except PySparkRuntimeError as problem:
        raise Invalid(
            N_("Spark did not start: %(reason)s"),
            hint=N_("It needs Java 17 or newer: see that “java -version” answers."),
            field="engine",
            reason=str(problem),
        ) from problem
    try:
        yield spark
    finally:
        spark.stop()


@dataclass(frozen=True, slots=True)
class SparkBaskets:
    """Baskets over items that stay with Spark; attributes as of `mining.baskets.Baskets`.

    ``lines`` is a frame of ``basket``, ``item``, ``time``.
    """

    lines: object
    items: list
    files: list
    batches: list
    names: dict
    categories: dict
    zone: str
    rejected: int = 0

    def of_level(self, level):
        """Return the `SparkCounting` of these baskets over items, their categories, or both."""
        from pyspark.sql import functions as F

        each = sparse.eye_array(len(self.items), format="csr", dtype=bool)
        columns, names, ancestors = counting.of_level(each, self.items, self.categories, level)
        columns = sparse.csr_array(columns)
        told = [
            (item, columns.indices[columns.indptr[at] : columns.indptr[at + 1]].tolist())
            for at, item in enumerate(self.items)
        ]
        spark = self.lines.sparkSession
        columns_of = spark.createDataFrame(told, "item string, columns array<int>")
        grouped = (
            self.lines.join(columns_of, "item")
            .select("basket", "time", F.explode_outer("columns").alias("column"))
            .groupBy("basket")
            # Of a basket over midnight the day on which it began.
            .agg(F.array_sort(F.collect_set("column")).alias("items"), F.min("time").alias("time"))
            .select("items", _day(self.zone).alias("day"))
        )
        return SparkCounting(grouped.persist(), names, ancestors)


class SparkCounting:
    """What `mining.counting.Counting` is, counted by Spark."""

    def __init__(self, grouped, items, ancestors):
        self.items = items
        self.ancestors = ancestors
        self._grouped = grouped

    def first_later_day(self, share):
        """Return the day with which the later part begins; see `mining.holding.first_later_day`."""
        counted = self._grouped.groupBy("day").count().collect()
        days = np.array([np.datetime64(row["day"] or "NaT", "D") for row in counted], "M8[D]")
        return holding.first_later_day(days, share, np.array([row["count"] for row in counted], np.int64))

    def fit(self, rules, before=None):
        """Return `rules`, a `mining.rules.AssociationRules`, fitted to the baskets, or to those before a day.

        Spark counts itemsets of every length before those within `max_length` are taken, so its budget is sooner met.
        """
        grouped = self._grouped if before is None else self._grouped.where(self._grouped["day"] < _literal(before))
        n_baskets = grouped.count()
        least = least_count(rules.min_support, n_baskets)
        found = self._frequent(grouped, least, n_baskets, rules.max_itemsets)
        if found is None:
            # By doubling, as each trial is a search: it fits, but a little less may fit too.
            trials = [min(least * 2**n, n_baskets) for n in range(1, 64) if least * 2 ** (n - 1) < n_baskets]
            fits = (
                count for count in trials if self._frequent(grouped, count, n_baskets, rules.max_itemsets) is not None
            )
            raise budget_exceeded(
                "itemsets_of_any_length", limit=rules.max_itemsets, min_support=next(fits, None), max_length=0
            )
        if rules.max_length is not None:
            found = found.filter(pl.col("items").list.len() <= rules.max_length)
        return rules.fit_itemsets(as_matrix(found["items"], len(self.items)), found["freq"].to_numpy(), n_baskets)

    def _frequent(self, grouped, least, n_baskets, limit):
        """Return itemsets and their counts by length, then by columns; None when there are more than `limit`."""
        from pyspark.ml.fpm import FPGrowth

        # Between two counts, so that it is no matter how Spark rounds.
        searched = FPGrowth(itemsCol="items", minSupport=(least - 0.5) / n_baskets).fit(grouped)
        found = pl.DataFrame(pl.from_arrow(searched.freqItemsets.limit(limit + 1).toArrow()))
        if len(found) > limit:
            return None
        return found.with_columns(pl.col("items").list.sort()).sort(pl.col("items").list.len(), "items")

    def tested_since(self, rules, since):
        """Return the number of baskets from a day on, and what `mining.holding.tested_on` says of `rules` there."""
        from pyspark.sql import functions as F

        later = self._grouped.where(self._grouped["day"] >= _literal(since)).withColumn("part", F.lit("later"))
        counts, _, baskets = self._counted(rules, later)
        return int(baskets.sum()), holding.tested(*(each[0] for each in counts), int(baskets.sum()))

    def by_month(self, rules):
        """Return `mining.holding.by_month` of `rules`, the frame of them."""
        from pyspark.sql import functions as F

        dated = self._grouped.where("day IS NOT NULL").withColumn("part", F.date_format("day", "yyyy-MM"))
        counts, months, baskets = self._counted(rules, dated)
        return holding.monthly(*counts, months, baskets)

    def _counted(self, rules, grouped):
        """Return the counts of each part and rule, as `mining.holding.counted`, the parts' names, their baskets."""
        rows = grouped.groupBy("part").count().orderBy("part").collect()
        parts = [row["part"] for row in rows]
        wanted = holding.sides(rules, len(self.items))
        count = partial(_count_batches, wanted, parts)
        told = grouped.select("items", "part").mapInArrow(count, "side int, part int, rule int, number long")
        summed = pl.from_arrow(told.groupBy("side", "part", "rule").sum("number").toArrow())
        found = [np.zeros((len(parts), len(rules)), np.int64) for _ in wanted]
        for side, part, rule, number in pl.DataFrame(summed).iter_rows():
            found[side][part, rule] = number
        return found, np.array(parts), np.array([row["count"] for row in rows], np.int64)


def from_ledger(spark, db, home, batch_ids=None, wanted=orders.Slice()):  # noqa: B008  it is frozen
    """Return the `SparkBaskets` of the ledger, of what `mining.baskets.from_ledger` takes, with its refusals."""
    from pyspark.sql import functions as F

    found, sources = baskets.what_counts(db, batch_ids)
    zone = kb.home.settings(home).zone
    folder = F.element_at(F.split("_metadata.file_path", "/"), -2)
    read = spark.read.parquet(*((home / path).resolve().as_uri() for path in itertools.chain(*found.values())))
    read = read.withColumn("folder", folder).withColumnRenamed("customer_key", "customer")
    kinds = spark.createDataFrame(_kinds(read, found, sources), "folder string, kind string, series string")
    lines = (
        read.join(F.broadcast(kinds), "folder")
        .withColumn("basket", _basket(zone))
        .select("basket", "item", "time", *wanted.columns())
        .dropna(subset=["basket", "item"])
    )
    # Only who asks for a period has to wait for the answer.
    has_times = not (wanted.since or wanted.until) or not lines.where("time IS NOT NULL").isEmpty()
    wanted.refuse(set(_distinct(lines)) if wanted.without else (), has_times=has_times)
    day = _day(zone)
    if wanted.since is not None:
        lines = lines.where(day >= F.lit(wanted.since))
    if wanted.until is not None:
        lines = lines.where(day <= F.lit(wanted.until))
    if wanted.without:
        lines = lines.where(~F.col("item").isin(*wanted.without))
    if wanted.within:
        lines = lines.where(F.col("item").isin(*wanted.within) | F.col("category").isin(*wanted.within))
    if wanted.shops:
        lines = lines.where(F.col("shop").isin(*wanted.shops))
    if wanted.customers is not None:
        lines = lines.where(F.col("customer").isin(*wanted.customers))
    items = sorted(_distinct(lines))
    if not items:
        baskets.refuse_nothing_left(wanted)
    return SparkBaskets(
        lines,
        items,
        baskets.files_of(sources),
        list(sources),
        _commonest(read.where("name <> item"), "name"),
        _commonest(read.where("category IS NOT NULL"), "category"),
        zone,
    )


def _kinds(read, found, sources):
    """Return the folder of each part, ``kind``, and of which series its order numbers are."""
    from pyspark.sql import functions as F

    names = ("order", "item", "customer", "time")
    counted = read.groupBy("folder").agg(*(F.count(name).alias(name) for name in names), F.count("*").alias("lines"))
    counts = {row["folder"]: row.asDict() for row in counted.collect()}
    kinds = []
    for batch_id, paths in found.items():
        folders = {path.split("/")[-2] for path in paths}
        total = {name: sum(counts[each][name] for each in folders) for name in (*names, "lines")}
        baskets.refuse_unmineable(total, sources[batch_id].file)
        kinds += [(each, orders.kind(total), str(sources[batch_id].series)) for each in folders]
    return kinds


def _basket(zone):
    from pyspark.sql import functions as F

    order = F.concat(F.lit("o"), F.col("series"), F.lit(" "), F.col("order"))
    day = F.concat(F.lit("d"), _day(zone).cast("string"), F.lit(" "), F.col("customer").cast("string"))
    return F.when(F.col("kind") == "order", order).otherwise(day)


def _day(zone):
    from pyspark.sql import functions as F

    return F.to_date(F.from_utc_timestamp(F.col("time").cast("timestamp"), zone))


def _literal(day):
    from pyspark.sql import functions as F

    return F.lit(day.astype("M8[D]").item())


def _distinct(lines):
    return (row["item"] for row in lines.select("item").distinct().toLocalIterator())


def _commonest(lines, told):
    counted = lines.groupBy("item", told).count().withColumnRenamed("count", "len").toArrow()
    return product_names.chosen(pl.DataFrame(pl.from_arrow(counted)).lazy(), told)


def _count_batches(wanted, parts, batches):
    """Yield for each batch of baskets, on whichever machine it lies, how many of each part hold which itemset."""
    import pyarrow as pa

    place = {name: at for at, name in enumerate(parts)}
    for batch in batches:
        frame = pl.DataFrame(pl.from_arrow(batch))
        X = as_matrix(frame["items"], wanted[0].shape[1])
        group = np.array([place[name] for name in frame["part"]], np.int64)
        for side, counts in enumerate(holding.counted(wanted, X, group, len(parts))):
            at, rule = np.nonzero(counts)
            columns = [
                pa.array(np.full(len(at), side, np.int32)),
                pa.array(at.astype(np.int32)),
                pa.array(rule.astype(np.int32)),
                pa.array(counts[at, rule]),
            ]
            yield pa.RecordBatch.from_arrays(columns, names=["side", "part", "rule", "number"])
