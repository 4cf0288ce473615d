from kb import gaps, members, namesakes
from kb.map import things
from kb.map.things import Thing


def test_two_of_one_name_are_told_apart_by_department_or_account_and_nobody_else_is(db, people, a_note, now):
    ids = {login: people[login].member_id for login in ("chen", "li", "lin", "ma")}
    a_note()
    topic = db.execute("SELECT id FROM topic").fetchone()[0]
    gaps.assign(db, "sole", topic, member_id=ids["lin"], due_on="2099-01-01", by=people["wang"], now=now)
    db["member"].update(ids["lin"], {"name": "陈小兰"})
    told = {"chen": "陈小兰（客服部）", "lin": "陈小兰（市场部）", "ma": "马丽", "li": "李思远"}
    assert members.names(db, ids.values()) == {ids[login]: name for login, name in told.items()}
    (gap,) = gaps.listing(db, reader=people["li"], now=now, kinds=["sole"])
    assert (gap.who, gap.member) == (told["chen"], told["lin"])
    drawn = [Thing("member", ids[login]) for login in told]
    assert list(things.names(db, drawn, reader=people["li"]).values()) == [
        told[each] for each in ("chen", "li", "lin", "ma")
    ]
    assert things.name(db, drawn[0], reader=people["li"]) == told["chen"]
    db["member"].update(ids["li"], {"name": "陈小兰"})
    told |= {"chen": "陈小兰（chen）", "li": "陈小兰（li）"}
    assert members.names(db, ids.values()) == {ids[login]: name for login, name in told.items()}
    assert namesakes.places(db, ids.values()) == {
        ids["chen"]: ("客服部", "chen"),
        ids["li"]: ("客服部", "li"),
        ids["lin"]: ("市场部", "lin"),
        ids["ma"]: ("市场部", ""),
    }
