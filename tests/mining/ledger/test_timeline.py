"""What happened with a customer, in one line of time."""

from kb import customers, interactions
from kb.note_details import Details
from mining import timeline

HEADER = "order,item,customer,time"


def test_talks_notes_and_orders_stand_in_one_order_of_time_each_kind_counted(
    db, home, people, a_note, load_file, orders, now
):
    customer = customers.add(db, name="澄湖酒店", number="60000123", by=people["chen"], now=now)
    load_file(orders("A1,啤酒,60000123,2026-05-01 09:00", "A2,牛奶,60000123,2026-07-01 09:00", header=HEADER))
    said = {"contact": "", "channel": "电话", "method": "talk", "said": "盖子受潮", "told": ""}
    for at, readers in (("2026-06-01T01:00:00.000000Z", "all"), ("2026-06-02T01:00:00.000000Z", "owner")):
        fields = {**said, "happened_at": at, "readers": readers, "customer_id": customer.id}
        interactions.add(db, **fields, by=people["wang"], now=now)
    of_hers = Details(customers=((customer.id, ""),), experience="complaint")
    a_note(title="盖子受潮", details=of_hers)
    a_note(title="私下的话", details=of_hers, readers="owner", by=people["ma"])

    def seen(**asked):
        entries, counts = timeline.of_customer(db, home, customer.id, reader=people["chen"], **asked)
        return [(entry.kind, entry.at[:10]) for entry in entries], counts

    whole = [("from", now[:10]), ("order", "2026-07-01"), ("interaction", "2026-06-01"), ("order", "2026-05-01")]
    counts = {"interaction": 1, "about": 0, "for": 0, "from": 1, "with": 0, "order": 2}
    assert seen() == (whole, counts)
    assert seen(limit=2, offset=1) == (whole[1:3], counts)
    assert seen(kinds=("order",)) == ([whole[1], whole[3]], counts)
    assert seen(kinds=("interaction", "from")) == ([whole[0], whole[2]], counts)


def test_a_customer_the_ledger_does_not_know_has_a_timeline_all_the_same(db, home, people, now):
    customer = customers.add(db, name="新客", by=people["chen"], now=now)
    entries, counts = timeline.of_customer(db, home, customer.id, reader=people["chen"])
    assert (entries, sum(counts.values())) == ([], 0)
