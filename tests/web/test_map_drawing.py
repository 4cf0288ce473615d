"""The picture of the map: no name covers another, and the same neighbours give the same picture."""

from hypothesis import example, given, settings, strategies as st

from kb.map.ego import MOST, Edge, Ego, Node
from kb.map.things import KINDS, Thing
from web import map_drawing

CENTRE = Thing("topic", 0)
names = st.text("密封罐 Wwi1（", min_size=1, max_size=30)
rows_of = st.tuples(st.sampled_from(KINDS), names, st.integers(1, 3), st.integers(0, 9999))


def ego(rows, opened):
    """Return an `Ego` of some rows; every third thing hangs on the first, if that is open."""
    things = [Thing(kind, number) for number, (kind, *_) in enumerate(rows, 1)]
    parents = [things[0] if opened and number and number % 3 == 0 else CENTRE for number in range(len(rows))]
    nodes = [
        Node(thing, name, parent, "", {}, size, more)
        for thing, parent, (_, name, size, more) in zip(things, parents, rows, strict=True)
    ]
    edges = [Edge(node.parent, node.thing, 1, "", {}) for node in nodes]
    centre = Node(CENTRE, "密封与防潮的很长很长的名字", None, "", {}, 3)
    return Ego(centre, tuple(nodes), tuple(edges), {}, {}, (things[0],) if opened else ())


@settings(max_examples=40, deadline=None)
@example(rows=[("note", "密封罐在梅雨季受潮", 1, 12)] * (MOST - 1), opened=False)
@given(rows=st.lists(rows_of, min_size=1, max_size=MOST - 1), opened=st.booleans())
def test_no_name_no_shape_and_no_number_covers_another(rows, opened):
    drawing = map_drawing.drawing(ego(rows, opened))
    boxes = [map_drawing.box(place) for place in (drawing.centre, *drawing.places)]
    assert len(boxes) == len(rows) + 1
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and right <= map_drawing.WIDTH and top >= 0 and bottom <= drawing.height
        for other in boxes[at + 1 :]:
            assert other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
    assert drawing == map_drawing.drawing(ego(rows, opened))


def test_a_line_goes_from_shape_to_shape_and_a_long_name_is_cut(db):
    found = map_drawing.drawing(ego([("note", "密封罐在梅雨季受潮以后怎么处理最好", 1, 0)], False))
    place = found.places[0]
    assert place.label.endswith("…") and map_drawing.width(place.label) <= 132
    assert [line[1:] for line in found.lines] == [(found.centre.x, found.centre.y, place.x, place.y)]
    assert map_drawing.colours()["accent"].startswith("#")
