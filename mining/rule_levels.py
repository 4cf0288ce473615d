"""From a rule of products up to the same of their categories, and down again.

Pages import this file, so it imports nothing that mines.
"""

from itertools import product

SIDES = ("antecedent", "consequent")


def steps(rules):
    """Return which rules say the same of a higher level, on one side or both.

    Parameters
    ----------
    rules : list of dict
        As `mining.mine.rules` gives them; ``above`` is what is above each of its products and categories that has it.

    Returns
    -------
    list of (int, int)
        Places in `rules`: of a rule, and of one that says the same more broadly.
    """
    if not any(rule.get("above") for rule in rules):
        return []
    place = {tuple(frozenset(rule[side]) for side in SIDES): at for at, rule in enumerate(rules)}
    known = tuple({sides[end] for sides in place} for end in (0, 1))
    # Many rules share few sides.
    seen, found = ({}, {}), []
    for sides, at in place.items():
        higher = []
        for end, side in enumerate(sides):
            if side not in seen[end]:
                seen[end][side] = _higher(side, rules[at]["above"]) & known[end]
            higher.append(seen[end][side])
        found += [(at, place[each]) for each in product(*higher) if each in place and each != sides]
    return found


def _higher(side, above):
    return {frozenset(each) for each in product(*((item, *above.get(item, ())) for item in side))}
