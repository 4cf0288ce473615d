import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import customers, feed, interactions, note_history, notes, quotes, verification
from kb.access import OPERATOR
from kb.anchors import find
from kb.errors import Invalid, NotFound

SAID = "盖子老是受潮。换了圈也没用，盖子还是潮。"


@pytest.fixture
def talk(db, people, now):
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    fields = {"customer_id": customer.id, "contact": "", "channel": "电话", "method": "talk", "happened_at": now,
              "said": SAID, "told": "先擦干", "readers": "department"}  # fmt: skip
    seq = interactions.add(db, **fields, by=people["chen"], now=now)
    return interactions.get(db, int(feed.change(db, seq)["noun_id"]), reader=OPERATOR)


@pytest.fixture
def quoted(db, people, talk, now):
    words = {"part": "said", "text": "换了圈也没用", "topic_names": ["密封罐"], "experience": "complaint"}
    return quotes.add(db, "interaction", talk.id, **words, by=people["li"], now=now)


def rewrite(db, talk, said, people, now):
    names = ("customer_id", "contact", "channel", "method", "happened_at", "told", "readers")
    fields = {name: getattr(talk, name) for name in names}
    version = interactions.get(db, talk.id, reader=OPERATOR).version
    interactions.edit(db, talk.id, version=version, **fields, said=said, by=people["chen"], now=now)


def test_words_of_an_interaction_become_a_note_for_those_who_see_it(db, people, talk, quoted, now):
    assert (quoted.title, quoted.dimension, quoted.channel, quoted.readers) == (
        "换了圈也没用", "from", "电话", "department",
    )  # fmt: skip
    (quote,) = quotes.of_note(db, quoted.id, reader=people["chen"])
    assert SAID[slice(*quote.span)] == quote.text == "换了圈也没用"
    assert [note.id for _, note in quotes.of_source(db, "interaction", talk.id, reader=people["chen"])] == [quoted.id]
    assert quotes.of_source(db, "interaction", talk.id, reader=people["lin"]) == []
    notes.archive(db, quoted.id, by=people["li"], now=now)
    assert quotes.of_source(db, "interaction", talk.id, reader=people["chen"]) == []


def test_words_that_do_not_stand_there_and_an_interaction_of_others_are_refused(db, people, talk, now):
    words = {"part": "said", "topic_names": ["密封罐"], "now": now}
    for text in ("别的话", "先擦干", " ", "长" * 2001):
        with pytest.raises(Invalid) as refused:
            quotes.add(db, "interaction", talk.id, text=text, by=people["li"], **words)
        assert refused.value.field == "quote", text
    with pytest.raises(NotFound):
        quotes.add(db, "interaction", talk.id, text="受潮", by=people["lin"], **words)
    assert (db["note"].count, db["quote"].count) == (0, 0)


def test_words_are_quoted_as_the_page_shows_them_with_names_and_titles(db, people, a_note, now):
    other = a_note(title="换圈的步骤")
    source = a_note(title="罐子", body=f"先问 @wang，再看 [[{other.id}]]，然后擦干。")
    words = {"part": "", "topic_names": ["密封罐"], "by": people["li"], "now": now}
    made = quotes.add(db, "note", source.id, text="问 @王雅婷，再看 换圈的步骤，", **words)
    (quote,) = quotes.of_note(db, made.id, reader=people["li"])
    assert (quote.state, quote.text) == ("there", f"问 @wang，再看 [[{other.id}]]，")
    assert "王雅婷" in made.title
    with pytest.raises(Invalid):
        quotes.add(db, "note", source.id, text="问 @李思远", **words)


def test_words_that_moved_are_found_again_and_those_that_went_are_called_gone(db, people, talk, quoted, now):
    rewrite(db, talk, "补一句。" + SAID, people, now)
    (quote,) = quotes.of_note(db, quoted.id, reader=people["chen"])
    assert (quote.span[0], quote.state) == (SAID.find("换了圈") + 4, "moved")
    rewrite(db, talk, "盖子老是受潮。", people, now)
    (quote,) = quotes.of_note(db, quoted.id, reader=people["chen"])
    assert (quote.span, quote.state, quote.text) == (None, "gone", "换了圈也没用")


def test_who_may_not_see_the_interaction_is_not_shown_its_words(db, people, talk, quoted, now):
    (quote,) = quotes.of_note(db, quoted.id, reader=people["lin"])
    assert (quote.text, quote.span, quote.name, quote.state) == (None, None, None, "closed")


def test_a_note_that_is_erased_leaves_no_quote(db, quoted, now):
    note_history.erase(db, quoted.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["quote"].count == 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text("ab", max_size=12), st.text("ab", min_size=1, max_size=3), st.integers(0, 14))
def test_of_all_places_where_the_words_stand_it_is_the_nearest(now, text, was_at):
    places = [n for n in range(len(now)) if now.startswith(text, n)]
    found = find(now, text, was_at)
    assert (found is None) == (not places)
    if places:
        assert found[1] - found[0] == len(text)
        assert (found[0] in places, abs(found[0] - was_at)) == (True, min(abs(n - was_at) for n in places))


def test_a_note_is_to_be_verified_once_its_words_are_gone_and_no_longer_where_they_are_back(
    db, people, talk, quoted, now
):
    def asks():
        return [(each["kind"], each["member"]) for each in notes.get(db, quoted.id, reader=OPERATOR).asks]

    rewrite(db, talk, SAID + "\n昨天又打来一次。", people, now)
    assert asks() == []
    rewrite(db, talk, "换过圈了，好了。", people, now)
    assert asks() == [("source", "陈小兰")]
    assert notes.get(db, quoted.id, reader=OPERATOR).due_at == now
    interactions.undo(db, feed.changes(db, "interaction", talk.id)[0]["seq"], by=people["chen"], now=now)
    assert asks() == []
    rewrite(db, talk, "换过圈了，好了。", people, now)
    verification.verify(db, quoted.id, by=people["li"], now=now)
    rewrite(db, talk, "换过圈了，都好了。", people, now)
    assert asks() == []
