import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from mining.measures import measures

ORDINARY = measures(np.array([30]), np.array([40]), np.array([50]), 100)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("support", 0.3), ("confidence", 0.75), ("base_rate", 0.5), ("lift", 1.5), ("leverage", 0.1),
        ("conviction", 2.0), ("zhang", 0.1 / max(0.3 * 0.6, 0.4 * 0.2)), ("kulczynski", (0.75 + 0.6) / 2),
        ("imbalance", 10 / 60), ("cosine", 0.3 / np.sqrt(0.2)), ("jaccard", 0.5),
    ],
)  # fmt: skip
def test_a_measure_is_its_published_formula(name, value):
    assert ORDINARY[name][0] == pytest.approx(value)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n), st.integers(1, n))), st.data())
def test_no_measure_is_ever_nan_or_out_of_its_range(sizes, data):
    n, left, right = sizes
    both = data.draw(st.integers(max(1, left + right - n), min(left, right)))

    found = {name: value[0] for name, value in measures(*(np.array([x]) for x in (both, left, right)), n).items()}

    assert not any(np.isnan(value) for value in found.values())
    assert all(np.isfinite(value) for name, value in found.items() if name != "conviction")
    for name in ("support", "confidence", "base_rate", "kulczynski", "imbalance", "cosine", "jaccard"):
        assert 0 <= found[name] <= 1 + 1e-12
    assert -1 <= found["zhang"] <= 1
    assert -0.25 <= found["leverage"] <= 0.25
    assert np.isinf(found["conviction"]) == (both == left)


def test_independence_is_exactly_nothing_more_than_chance():
    found = measures(np.array([7]), np.array([21]), np.array([49]), 147)

    assert (found["leverage"][0], found["zhang"][0], found["lift"][0]) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("page", ["rules.md", "rules.zh.md"])
def test_the_figures_of_the_guide_are_those_of_its_example(page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")

    told = dict(re.findall(r"(?m)^\| ([a-z_]+) \|.*\| ([0-9.]+) \|$", text))

    found = measures(np.array([60]), np.array([100]), np.array([200]), 1000)
    assert {name: float(value) for name, value in told.items()} == {n: round(float(v[0]), 3) for n, v in found.items()}
