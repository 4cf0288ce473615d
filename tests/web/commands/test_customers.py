"""`kezhi customers`: brought in from real tables, found again, masked."""

import pytest

from kb import customers, drafts, feed
from kb.note_details import Details
from kb.store import utc_now

TABLE = """客户名称,会员号,手机,城市
澄湖酒店,60000123,138 1234 5678,苏州
王芳,,１３９００００００８８,
,5,,
甲,,见备注,
"坏,1,2
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "客户.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    return path


def test_a_table_is_taken_in_and_each_refused_row_is_told_of(kezhi, people, table, db):
    answer = kezhi("customers", "import", table, "--json")
    assert answer.code == 3
    told = answer.json
    assert (told["file"], told["encoding"], told["mapping"]["phone"]) == ("客户.csv", "gb18030", "手机")
    assert told["rows"] == {"read": 5, "loaded": 2, "merged": 0, "completed": 0, "left": 0, "rejected": 3}
    assert [each["row"] for each in told["rejects"]] == [4, 5, 6]
    assert kezhi("customers", "import", table, "--json").json["rows"]["merged"] == 2
    table.write_text("客户名称,会员号,手机\n澄湖酒店,60000123,13900000000\n", "utf-8")
    other = kezhi("customers", "import", table)
    assert other.code == 0
    assert "differs in “Phone”, which was not changed. Open the customer" in other.out
    assert kezhi("customers", "import", table, "--json").json["notices"][0]["row"] == 2
    assert db["customer"].count == 2


def test_a_workbook_keeps_the_digits_of_a_phone(kezhi, people, tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "手机号"])
        sheet.write_row(1, 0, ["王芳", 13900000088])
    assert kezhi("customers", "import", path).code == 0
    assert kezhi("customers", "list", "0088", "--json").json["customers"][0]["phone"] == "139****0088"


def test_columns_are_named_by_hand_where_their_names_say_nothing(kezhi, refused, people, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n王芳,13900000088\n", "utf-8")
    assert "name / 客户名称" in refused("customers", "import", path)["message"]
    assert "丙" in refused("customers", "import", path, "--map", "name=丙")["message"]
    assert "FIELD=COLUMN" in refused("customers", "import", path, "--map", "nombre=甲")["hint"]
    assert kezhi("customers", "import", path, "--map", "name=甲,phone=乙", "--json").json["rows"]["loaded"] == 1


def test_a_customer_is_listed_found_and_shown_masked_also_to_the_operator(kezhi, people):
    made = kezhi("customers", "add", "澄湖酒店", "--number", "60000123", "--phone", "138 1234 5678", "--json")
    assert made.json["phone"] == "138****5678"
    for query in ("chjd", "5678", "澄湖", "60000123"):
        found = kezhi("customers", "list", query, "--json").json
        assert (found["total"], found["customers"][0]["name"]) == (1, "澄湖酒店")
    assert "138****5678" in kezhi("customers", "show", "1").out
    assert "12345678" not in kezhi("customers", "list").out


def test_what_cannot_be_is_refused(refused, kezhi, people):
    assert refused("customers", "show", "99")["value"] == "99"
    assert refused("customers", "add", "甲", "--phone", "见备注")["value"] == "见备注"
    assert refused("customers", "add", "甲", "--as", "vera")["message"] == "Your role does not allow this."
    assert kezhi("customers", "list", "--json").json == {"total": 0, "customers": []}


def test_another_customer_of_the_same_name_is_told_of(kezhi, people):
    first = kezhi("customers", "add", "王芳", "--phone", "13800000001", "--json").json
    second = kezhi("customers", "add", "王芳", "--phone", "13900000002", language="zh_CN.UTF-8")
    assert "还有同名或同电话的客户：" in second.out
    assert "138****0001" in second.out
    assert first["doubles"] == []
    assert kezhi("customers", "add", "王 芳", "--json").json["doubles"] == [first["id"], first["id"] + 1]


def test_a_customer_is_erased_with_what_names_them(kezhi, refused, people, a_note, db, home):
    person = customers.add(db, name="郑敏之", phone="13812345678", by=people["chen"], now=utc_now())
    alone = a_note(title="只关于她", details=Details(((person.id, ""),), channel="电话", experience="complaint"))
    naming = a_note(title="顺口提到", body="像郑敏之那样")
    (home / "uploads").mkdir(exist_ok=True)
    (home / "uploads" / "june").write_text("郑敏之", "utf-8")
    about = {"form": "new", "path": "/notes/new", "title": "", "fields": {"body": "郑敏之说"}}
    drafts.keep(db, "2:new:1", **about, by=people["chen"], now=utc_now())
    command = ("customers", "erase", person.id, "--reason", "本人请求")
    before = feed.last_seq(db)
    told = kezhi(*command, "--dry-run", "--json").json
    assert feed.last_seq(db) == before
    assert (told["notes"], told["versions"], told["still_naming"]) == ([alone.id], {str(naming.id): 1}, [naming.id])
    assert (told["files"], told["files_left"]) == ([], ["uploads/june"])
    assert refused("customers", "erase", person.id, "--reason", " ")["message"] == "Reason is missing."
    kept = kezhi(*command, "--dry-run", "--keep-notes", "--keep-versions", "--with-files", "--json").json
    assert (kept["notes"], kept["versions"], kept["files"]) == ([], {}, ["uploads/june"])
    assert (told["unsaved_naming"], kept["unsaved_naming"]) == (1, 1)
    dry = kezhi(*command, "--dry-run", language="zh_CN.UTF-8").out
    assert "还没保存的文字和图片里有 1 份提到该客户" in dry
    done = kezhi(*command, "--with-files", "--with-unsaved", language="zh_CN.UTF-8")
    assert done.code == 0
    assert "这些知识留着，今天仍写着本人" in done.out
    assert not (home / "uploads" / "june").exists()
    assert [row["erased"] is None for row in feed.changes(db, "note", naming.id)] == [True, False]
    assert db.execute("SELECT id FROM note").fetchall() == [(naming.id,)]
    assert "erased" in refused(*command)["message"]
    assert (db["draft"].count, feed.verify(db)) == (0, [])
