"""Files and pictures of interactions: who sees them, which notes they come along to, and how they go."""

import io

import pytest

from kb import (
    attached,
    customers,
    erasure,
    evidence,
    feed,
    file_reader,
    files,
    heard,
    held_pictures,
    interaction_attachments,
    interaction_erasure,
    interactions,
    notes,
    quotes,
)
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from kb.store import home_of, writing
from tests import made_files


@pytest.fixture
def talked(db, people, now):
    """Write an interaction with 澄湖酒店 as chen."""
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)

    def write(**fields):
        usual = {"customer_id": customer.id, "contact": "", "channel": "电话", "method": "talk", "said": "圈掉了",
                 "happened_at": now, "told": "", "readers": "all"}  # fmt: skip
        seq = interactions.add(db, by=people["chen"], now=now, **{**usual, **fields})
        return shown(db, int(feed.change(db, seq)["noun_id"]))

    return write


@pytest.fixture
def held(db, people, now):
    stream = io.BytesIO(made_files.picture())
    return held_pictures.hold(
        db, stream, name="登记表.png", draft="d1", most_megabytes=5, by=people["chen"], now=now
    )  # fmt: skip


@pytest.fixture
def attach(db, people, now):
    def send(talk, *sent, by="chen"):
        given = [(name, io.BytesIO(content)) for name, content in sent]
        return interaction_attachments.add(db, talk.id, given, most_megabytes=1, by=people[by], now=now)

    return send


def shown(db, interaction_id):
    return interactions.get(db, interaction_id, reader=OPERATOR)


def names(thing):
    return [each["name"] for each in thing.attachments]


def lying(db):
    return {path.name for path in files.stored(home_of(db))}


def test_a_picture_in_what_was_said_hangs_on_the_interaction_and_on_the_note_made_of_it_then_or_later(
    db, people, now, talked, held
):
    talk = talked(
        said=f"圈掉了。\n\n![登记表]({held})", told=f"按图装。![图]({held})", kept=("said",), topic_names=["密封罐"]
    )
    held_pictures.drop(db, "d1", by=people["chen"])
    interactions.make_notes(
        db, talk.id, kept=("told",), topic_names=["密封罐"], day="2026-11-20", by=people["chen"], now=now
    )
    made = notes.of_ids(db, [each["note_id"] for each in shown(db, talk.id).notes], reader=OPERATOR)
    assert (names(talk), [names(note) for note in made]) == ([held], [[held], [held]])
    assert [note.title for note in made] == ["圈掉了", "按图装"]


def test_whoever_sees_the_interaction_sees_its_files_and_nobody_else(db, people, now, talked, attach):
    talk = talked(readers="department")
    attach(talk, ("录音.mp3", b"ID3 sound"))
    (file,) = shown(db, talk.id).attachments
    assert interaction_attachments.get(db, file["id"], reader=people["li"])[0].id == talk.id
    for number, login in ((file["id"], "lin"), (file["id"] + 1, "chen")):
        with pytest.raises(NotFound):
            interaction_attachments.get(db, number, reader=people[login])
    with pytest.raises(Forbidden):
        attach(talk, ("a.txt", b"a"), by="li")
    with pytest.raises(Forbidden):
        interaction_attachments.remove(db, file["id"], by=people["li"], now=now)
    # Nobody gets at a picture by guessing what it is called.
    secret = talked(readers="owner", said="![x](x-000000.png)")
    assert names(secret) == []


def test_a_picture_of_an_interaction_comes_along_only_with_the_text_of_who_sees_it(db, people, a_note, talked, held):
    talked(said=f"![登记表]({held})", readers="department")
    held_pictures.drop(db, "d1", by=people["chen"])
    body = f"![登记表]({held})"
    assert names(a_note(body=body, by=people["wang"])) == [held]
    db.execute("DELETE FROM attachment")
    assert names(a_note(body=body, by=people["lin"], title="别的")) == []


def test_what_cannot_be_taken_is_told_and_the_rest_is_kept(db, talked, attach):
    talk = talked()
    seq, refused = attach(talk, ("空.txt", b""), ("清单.txt", "一套".encode()))
    assert (names(shown(db, talk.id)), [each.values["file"] for each in refused]) == (["清单.txt"], ["空.txt"])
    assert feed.change(db, seq)["action"] == "attach"
    for sent in ((), (("空.txt", b""),)):
        with pytest.raises(Invalid) as problem:
            attach(talk, *sent)
        assert problem.value.field == "files"
    assert feed.last_seq(db) == seq


def test_putting_a_file_there_and_taking_it_off_are_undone(db, people, now, talked, attach):
    talk = talked()
    seq, _ = attach(talk, ("清单.txt", "一套".encode()))
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert names(shown(db, talk.id)) == []
    interactions.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    (file,) = shown(db, talk.id).attachments
    seq = interaction_attachments.remove(db, file["id"], by=people["chen"], now=now)
    assert names(shown(db, talk.id)) == []
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert names(shown(db, talk.id)) == ["清单.txt"]


def test_what_was_taken_off_lies_there_for_30_days_and_then_no_more(db, people, now, talked, attach):
    talk = talked()
    attach(talk, ("清单.txt", "一套".encode()))
    (file,) = shown(db, talk.id).attachments
    files.sweep(db, home_of(db), now="2999-01-01T00:00:00.000Z")
    assert names(shown(db, talk.id)) == ["清单.txt"]
    interaction_attachments.remove(db, file["id"], by=people["chen"], now=now)
    files.sweep(db, home_of(db), now=now)
    assert db["file"].count == 1
    files.sweep(db, home_of(db), now="2999-01-01T00:00:00.000Z")
    assert (db["file"].count, db["interaction_file"].count) == (0, 0)


def test_erasing_a_customer_takes_the_files_of_their_interactions(db, people, now, talked, attach, held):
    talk = talked(said=f"![登记表]({held})", kept=("said",), topic_names=["密封罐"])
    attach(talk, ("录音.mp3", b"ID3 sound"))
    held_pictures.drop(db, "d1", by=people["chen"])
    assert len(lying(db)) == 3  # the picture, a small one of it, the recording
    note_ids = [each["note_id"] for each in talk.notes]
    assert attached.of_notes(db, note_ids)[note_ids[0]]
    erasure.erase_customer(
        db, talk.customer_id, note_ids=note_ids, with_closed=False, by=OPERATOR, now=now, reason="本人要求"
    )  # fmt: skip
    assert (lying(db), db["interaction_file"].count, db["file"].count) == (set(), 0, 0)
    assert list(feed.verify(db)) == []


@pytest.fixture
def order(db, home, people, talked, attach):
    """An interaction of chen's, open to all, on which an order hangs that was read, and the file."""
    talk = talked()
    attach(talk, ("订单.docx", made_files.docx("罐子四十个", "月底前送到")))
    while file_reader.read_next(db, home):
        pass
    return talk, shown(db, talk.id).attachments[0]


@pytest.fixture
def quoted(db, people, now, order):
    """Make the words of the order a note of li's."""
    told = {"part": "", "text": "月底前送到", "topic_names": ["送货"], "experience": "suggestion"}
    return quotes.add(db, "interaction_file", order[1]["id"], **told, by=people["li"], now=now)


def asked(db, note):
    return [each["kind"] for each in notes.get(db, note.id, reader=OPERATOR).asks]


def test_words_of_a_file_of_an_interaction_become_a_note_that_is_asked_about_while_the_file_is_off(
    db, people, now, order, quoted
):
    talk, file = order
    assert (quoted.dimension, quoted.channel, quoted.customers[0]["name"]) == ("from", "电话", "澄湖酒店")

    def state(login="li"):
        (quote,) = quotes.of_note(db, quoted.id, reader=people[login])
        return quote.state, quote.text, quote.name

    assert state() == ("there", "月底前送到", "订单.docx")
    assert [note.id for _, note in quotes.of_source(db, "interaction_file", file["id"], reader=people["li"])] == [
        quoted.id
    ]
    seq = interaction_attachments.remove(db, file["id"], by=people["chen"], now=now)
    assert (state()[0], asked(db, quoted)) == ("archived", ["gone"])
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert (state()[0], asked(db, quoted)) == ("there", [])
    interactions.archive(db, talk.id, by=people["chen"], now=now)
    assert (state()[0], asked(db, quoted)) == ("archived", ["gone"])
    words = {"part": "", "topic_names": ["送货"], "experience": "suggestion", "now": now}
    with pytest.raises(Invalid, match="do not stand in the file"):
        quotes.add(db, "interaction_file", file["id"], text="别的话", by=people["li"], **words)
    interactions.save_again(
        db, talk.id, version=shown(db, talk.id).version, by=people["chen"], now=now,
        **{name: getattr(talk, name) for name in interactions.FIELDS} | {"readers": "owner"},
    )  # fmt: skip
    assert state() == ("closed", None, None)
    with pytest.raises(NotFound):
        quotes.add(db, "interaction_file", file["id"], text="月底前送到", by=people["li"], **words)


@pytest.mark.parametrize("by_erasure", [True, False])
def test_a_file_of_an_interaction_that_is_gone_for_good_leaves_no_word_in_quotes(
    db, home, people, now, order, quoted, by_erasure
):
    talk, file = order
    if by_erasure:
        other = customers.add(db, name="鹿溪民宿", by=people["chen"], now=now)
        heard.join(db, quoted.id, [other.id], by=people["li"], now=now)
        assert [note.id for note in erasure.plan(db, talk.customer_id, by=people["zhao"]).quoting] == [quoted.id]
        with writing(db):
            interaction_erasure.erase_rows(db, talk.id, by=OPERATOR, now=now, reason="本人要求")
        assert asked(db, quoted) == ["gone"]
    else:
        interaction_attachments.remove(db, file["id"], by=people["chen"], now=now)
        files.sweep(db, home, now="2099-01-01T00:00:00.000000Z")
    (quote,) = quotes.of_note(db, quoted.id, reader=people["li"])
    assert (quote.state, next(db["quote"].rows)["text"], evidence.adrift(db)) == ("erased", "", [])
