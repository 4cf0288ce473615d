import csv
import json
import sys

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

ORDERS = {1: "啤酒 纸尿裤", 2: "啤酒 纸尿裤", 3: "啤酒 纸尿裤", 4: "啤酒", 5: "牛奶", 6: "牛奶 面包"}


@pytest.fixture
def orders(tmp_path):
    """Return the path of six orders in which beer leads to diapers, as a Chinese till writes them."""
    lines = [f"{order},{item}" for order, items in ORDERS.items() for item in items.split()]
    path = tmp_path / "订单.csv"
    path.write_bytes("\r\n".join(["单号,商品", *lines, ""]).encode("gb18030"))
    return path


def test_rules_come_straight_from_a_file_with_names_and_every_figure(run, orders):
    answer = run("mine", "rules", orders, "--min-support", "0.5", "--json")

    assert answer.code == 0, answer
    assert {name: answer.json[name] for name in ("file", "encoding", "baskets", "items", "itemsets", "tested")} == {
        "file": "订单.csv", "encoding": "gb18030", "baskets": 6, "items": 4, "itemsets": 3, "tested": 2,
    }  # fmt: skip
    assert [(rule["antecedent"], rule["consequent"]) for rule in answer.json["rules"]] == [
        (["啤酒"], ["纸尿裤"]), (["纸尿裤"], ["啤酒"]),
    ]  # fmt: skip
    first, second = answer.json["rules"]
    assert (first["count"], first["confidence"], first["base_rate"], first["lift"]) == (3, 0.75, 0.5, 1.5)
    assert (second["confidence"], second["conviction"]) == (1.0, None)
    assert (answer.json["rejected"], answer.json["hidden"]) == (0, {"redundant": 0, "chance": 0})


def test_a_count_is_a_count_and_a_percentage_a_share(run, orders):
    for support, itemsets in (("1", 6), ("3", 3), ("50%", 3), ("1.0", 0), ("0.5", 3), ("５０％", 3)):
        answer = run("mine", "rules", orders, "--min-support", support, "--json")
        assert (answer.code, answer.json["itemsets"]) == (0, itemsets), support


@pytest.mark.parametrize("support", ["0", "-1", "1.5", "abc", "7", "", "nan", "1_0"])
def test_a_support_we_cannot_use_is_refused_by_name_and_value(run, orders, support):
    answer = run("mine", "rules", orders, f"--min-support={support}", "--json")

    assert (answer.code, answer.error["value"]) == (1, int(support) if support == "7" else support)
    assert answer.error["hint"]
    assert run("mine", "rules", orders, f"--min-support={support}").out == ""


def test_chance_and_repetition_are_hidden_only_when_asked_and_then_counted(run, orders):
    answer = run("mine", "rules", orders, "--min-support", "1", "--prune", "chance", "--json")

    assert answer.json["rules"] == []
    assert answer.json["hidden"] == {"redundant": 0, "chance": 4}


def test_a_person_reads_sentences_in_their_language(run, orders):
    zh = run("mine", "rules", orders, "--min-support", "3", language="zh_CN.UTF-8")
    en = run("mine", "rules", orders, "--min-support", "3")

    assert "每 100 单买了啤酒的订单，75 单也买了纸尿裤" in zh.out
    assert "Of 100 orders with 啤酒, 75 also hold 纸尿裤" in en.out
    assert (zh.err, en.err) == ("", "")


def test_files_are_pooled_and_named_in_order(run, orders, tmp_path):
    second = tmp_path / "more.csv"
    second.write_text("order,item\n7,啤酒\n", "utf-8")

    answer = run("mine", "rules", orders, second, "--min-support", "1", "--json").json

    assert (answer["file"], answer["encoding"]) == (["订单.csv", "more.csv"], ["gb18030", "utf-8"])
    assert answer["baskets"] == 7


def test_a_row_that_cannot_be_read_is_counted_and_says_so_in_the_exit_code(run, orders):
    orders.write_bytes(orders.read_bytes() + "7\r\n".encode("gb18030"))

    answer = run("mine", "rules", orders, "--min-support", "3", "--json")

    assert (answer.code, answer.json["rejected"], answer.json["baskets"]) == (3, 1, 6)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        ("单号,商品\n".encode(), "no row"),
        ("商品,价格\n啤酒,3\n".encode(), "order"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        ("单号,商品\n1,啤酒\n".encode("utf-16-le"), ""),
    ],
)
def test_a_file_that_cannot_be_mined_is_refused_in_one_sentence_that_names_it(run, tmp_path, content, says):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    answer = run("mine", "rules", path, "--json")

    assert (answer.code, answer.error["file"]) == (1, "x.csv")
    assert says in answer.error["message"]
    assert answer.error["hint"]


def test_a_column_that_is_not_there_is_refused_with_the_ones_that_are(run, orders):
    answer = run("mine", "rules", orders, "--map", "order=编号", "--json")

    assert (answer.code, answer.error["column"]) == (1, "编号")
    assert "单号" in answer.error["message"] + answer.error["hint"]


def test_a_missing_file_is_refused_not_a_usage_error(run, tmp_path):
    assert run("mine", "rules", tmp_path / "none.csv").code == 1
    assert run("mine", "rules", "--no-such-option").code == 2


def test_every_kind_of_file_gets_all_rules_and_no_formula(run, orders, tmp_path):
    orders.write_bytes("单号,商品\n1,=1+1\n1,啤酒\n2,=1+1\n2,啤酒\n".encode())
    rules = run("mine", "rules", orders, "--min-support", "2", "--json").json["rules"]

    for kind in ("csv", "xlsx", "json", "parquet"):
        out = tmp_path / f"rules.{kind}"
        assert run("mine", "rules", orders, "--min-support", "2", "--out", out).code == 0

    with (tmp_path / "rules.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["antecedent"] for row in csv.DictReader(file)] == ["'=1+1", "啤酒"]
    assert json.loads((tmp_path / "rules.json").read_text("utf-8"))["rules"] == rules
    assert pl.read_parquet(tmp_path / "rules.parquet")["antecedent"].to_list() == [["=1+1"], ["啤酒"]]
    sheet = CalamineWorkbook.from_path(tmp_path / "rules.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["antecedent", "=1+1", "啤酒"]


@pytest.fixture
def dated(tmp_path):
    """Return the path of four orders on four days of May."""
    lines = [f"{day},{item},2026-05-0{day} 23:30" for day in range(1, 5) for item in ("啤酒", "纸尿裤", "购物袋")]
    path = tmp_path / "dated.csv"
    path.write_text("\n".join(["order,item,time", *lines, ""]), "utf-8")
    return path


@pytest.mark.parametrize("source", ["files", "ledger"])
def test_a_period_and_products_are_left_out_of_files_and_ledger_alike(kezhi, dated, source):
    if source == "ledger":
        kezhi("purchases", "import", dated)
    files = [dated] if source == "files" else []

    def mined(*options):
        answer = kezhi("mine", "rules", *files, "--min-support", "1", *options, "--json").json
        return answer["baskets"], answer["items"], len(answer["rules"])

    assert mined() == (4, 3, 12)
    assert mined("--from", "2026-05-02") == (3, 3, 12)
    assert mined("--from", "2026-05-02", "--to", "2026年5月3日") == (2, 3, 12)
    assert mined("--exclude", "购物袋") == (4, 2, 2)
    assert mined("--exclude", "购物袋，啤酒", "--to", "2026/5/1") == (1, 1, 0)
    told = kezhi("mine", "rules", *files, "--min-support", "1", "--exclude", "购物袋，啤酒")
    assert (told.code, "There is only one product." in told.err) == (0, True)
    told = kezhi("mine", "rules", *files, "--min-support", "1", "--exclude", "购物袋，啤酒", "--json")
    assert (told.code, told.json["rules"], told.json["missing"]["message"]) == (0, [], "There is only one product.")


@pytest.mark.parametrize(
    ("options", "value"),
    [
        (("--from", "May"), "May"),
        (("--to", "2026-02-30"), "2026-02-30"),
        (("--from", "2026-05-03", "--to", "2026-05-02"), "2026-05-02"),
        (("--exclude", "可乐"), "可乐"),
        (("--from", "2027-01-01"), None),
    ],
)
def test_a_period_or_product_that_is_not_there_is_refused(refused, dated, options, value):
    assert refused("mine", "rules", dated, "--min-support", "1", *options)["value"] == value


@pytest.mark.shared_data
@pytest.mark.parametrize("support", ["0.02", "197"])
def test_the_real_chinese_orders_give_the_known_figures(run, shared_data, support):
    path = shared_data / "purchases_zh" / "GoodsOrder.csv"

    answer = run("mine", "rules", path, "--min-support", support, "--min-confidence", "0.35", "--json").json

    figures = [answer[name] for name in ("baskets", "items", "itemsets", "tested")]
    assert [*figures, len(answer["rules"])] == [9835, 169, 122, 134, 26]


@pytest.mark.shared_data
def test_the_known_best_rule_by_lift_is_found(run, shared_data):
    path = shared_data / "purchases_zh" / "GoodsOrder.csv"

    answer = run("mine", "rules", path, "--json").json

    best = max(answer["rules"], key=lambda rule: rule["lift"])
    assert (answer["itemsets"], len(answer["rules"])) == (333, 15)
    assert (sorted(best["antecedent"]), best["consequent"]) == (["柑橘类水果", "根茎类蔬菜"], ["其他蔬菜"])
    assert [round(best[name], 6) for name in ("support", "confidence", "lift")] == [0.010371, 0.586207, 3.029608]


def test_a_file_with_codes_and_names_is_told_by_name(run, tmp_path):
    lines = [f"{order},{item}" for order in range(4) for item in ("22697,GREEN CUP", "22699,ROSE CUP")]
    (tmp_path / "o.csv").write_text("\n".join(["InvoiceNo,StockCode,Description", *lines, "9,M,MANUAL", ""]), "utf-8")
    asked = ("mine", "rules", tmp_path / "o.csv", "--min-support", "2", "--max-length", "2")
    assert "GREEN CUP (22697)" in run(*asked).out
    rule = run(*asked, "--json").json["rules"][0]
    assert (rule["antecedent"][0] in rule["names"], set(rule["names"].values())) == (True, {"GREEN CUP", "ROSE CUP"})


def test_rules_are_found_between_kinds_of_products_as_well(kezhi, refused, tmp_path, orders):
    kinds = {"啤酒": "酒", "白酒": "酒", "纸尿裤": "婴儿"}
    bought = ["啤酒 纸尿裤", "白酒 纸尿裤", "啤酒 纸尿裤", "白酒 纸尿裤", "牛奶"]
    lines = [f"{at},{item},{kinds.get(item, '')}" for at, items in enumerate(bought) for item in items.split()]
    path = tmp_path / "kinds.csv"
    path.write_text("\n".join(["order,item,category", *lines, ""]), "utf-8")

    def sides(level, *files):
        answer = kezhi("mine", "rules", *files, "--min-support", "3", "--level", level, "--json").json
        return {(*rule["antecedent"], *rule["consequent"]) for rule in answer["rules"]}

    assert sides("item", path) == set()
    assert sides("category", path) == {("[酒]", "[婴儿]"), ("[婴儿]", "[酒]")}
    # But not: who buys diapers buys something for babies.
    assert sides("both", path) == sides("category", path) | {("[酒]", "纸尿裤"), ("纸尿裤", "[酒]")}
    kezhi("purchases", "import", path)
    assert sides("both") == sides("both", path)
    assert "categor" in refused("mine", "rules", orders, "--level", "both")["message"]


@pytest.fixture
def two_seasons(tmp_path):
    """Return the path of orders over eight months: beer goes with diapers all along, milk with bread till June."""
    lines = []
    for number in range(480):
        month, pair = number // 60 + 1, number % 4
        items = [["啤酒", "纸尿裤"], ["牛奶", "面包"], ["鸡蛋"], ["大米"]][pair]
        if month > 6 and pair == 1:
            items = [["牛奶", "鸡蛋"], ["面包", "大米"]][number // 4 % 2]
        lines += [f"{number},{item},2026-{month:02}-15" for item in items]
    path = tmp_path / "seasons.csv"
    path.write_text("\n".join(["order,item,time", *lines, ""]), "utf-8")
    return path


def test_rules_are_tested_on_later_orders_and_told_by_month(run, two_seasons, tmp_path):
    asked = ("mine", "rules", two_seasons, "--min-support", "10%", "--hold-out", "30%")

    answer = run(*asked, "--out", tmp_path / "r.csv", "--json").json

    assert answer["later"] == {"since": "2026-07-15", "baskets": 120, "kept": 4, "expected_false": 1, "held": 2}
    # Found in the earlier orders alone, where milk always went with bread.
    assert (answer["baskets"], {rule["confidence"] for rule in answer["rules"]}) == (360, {1.0})
    held = {(*rule["antecedent"], *rule["consequent"]): rule for rule in answer["rules"]}
    assert {sides: rule["held"] for sides, rule in held.items()} == {
        ("啤酒", "纸尿裤"): True, ("纸尿裤", "啤酒"): True, ("牛奶", "面包"): False, ("面包", "牛奶"): False,
    }  # fmt: skip
    drift = [(each["month"], each["confidence"]) for each in held["牛奶", "面包"]["months"]]
    assert drift == [(f"2026-0{month}", 1.0 if month < 7 else 0.0) for month in range(1, 9)]
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["later_confidence"] for row in csv.DictReader(file)} == {"1.0", "0.0"}
    said = run(*asked, language="zh_CN.UTF-8").out
    assert "留下可信的 4 条" in said
    assert "后来 0 单：不再成立。" in said


def test_without_days_there_is_no_later_part(refused, orders):
    assert refused("mine", "rules", orders, "--hold-out", "30%")["hint"]


def test_what_is_hardly_surer_than_a_shorter_rule_is_hidden_when_asked_and_counted(run, orders):
    answer = run("mine", "rules", orders, "--min-support", "1", "--min-improvement", "30%", "--json").json

    assert answer["hidden"]["improvement"] == 1
    assert min(rule["improvement"] for rule in answer["rules"]) >= 0.3


def test_spark_is_asked_of_a_home_and_says_what_it_lacks(run, orders, home, monkeypatch):
    assert run("mine", "rules", orders, "--engine", "spark", "--json").error["message"].startswith("Spark mines the")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)

    answer = run("mine", "rules", "--engine", "spark", "--home", home, "--json")

    assert (answer.code, answer.error["message"]) == (1, "Spark is not installed here.")
    assert "kezhi[spark]" in answer.error["hint"]
