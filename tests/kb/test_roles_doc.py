import re
from pathlib import Path

import pytest

from kb.access import ACTIONS, ROLES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["roles.md", "roles.zh.md"])
def test_the_table_people_read_is_the_table_the_code_asks(name):
    rows = [
        line.strip("| \n").split("|") for line in (DOCS / name).read_text("utf-8").splitlines() if line.startswith("|")
    ]
    roles = [re.search(r"`(\w+)`", cell)[1] for cell in rows[0][2:]]
    assert tuple(roles) == ROLES
    table = {}
    for action, _, *cells in rows[2:]:
        cells += [""] * (len(roles) - len(cells))
        table[action.strip(" `")] = {role for role, cell in zip(roles, cells, strict=True) if cell.strip()}
    assert table == {action: set(allowed) for action, allowed in ACTIONS.items()}
