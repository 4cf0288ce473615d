"""The pages people read name what stands on the screen, in both languages, and lead to each other."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mining.ledger import cleaning, dates, names, numbers

ROOT = Path(__file__).parents[2]
PAGES = ("staff", "marketers")


@pytest.fixture(scope="module")
def words():
    """The words of the screen: {"": English, ".zh": Chinese}."""
    with (ROOT / "web/translations/zh.po").open("rb") as file:
        catalogue = [each for each in read_po(file) if each.id]
    english = {each.id if isinstance(each.id, str) else each.id[0] for each in catalogue}
    chinese = {each.string if isinstance(each.string, str) else each.string[0] for each in catalogue}
    return {"": english, ".zh": chinese}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", ".zh"])
def test_what_is_bold_in_a_page_stands_on_the_screen_in_these_words(words, page, language):
    text = (ROOT / f"docs/{page}{language}.md").read_text("utf-8")
    named = re.findall(r"\*\*(.+?)\*\*", text)
    assert named
    assert [name for name in named if name not in words[language]] == []


@pytest.mark.parametrize("page", (*PAGES, "rules", "cleaning"))
def test_both_languages_have_the_same_parts_and_keys(page):
    texts = [(ROOT / f"docs/{page}{language}.md").read_text("utf-8") for language in ("", ".zh")]
    heads = [len(re.findall(r"(?m)^#+ ", text)) for text in texts]
    keys = [sorted(set(re.findall(r"`([a-z0-9/?]|Enter|Esc|Ctrl)`", text))) for text in texts]
    assert heads[0] == heads[1]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("language", ["", ".zh"])
def test_the_page_on_cleaning_names_every_rule_and_its_examples_are_true(language):
    text = (ROOT / f"docs/cleaning{language}.md").read_text("utf-8")
    assert re.findall(r"(?m)^\| `(\w+)` \|", text) == list(cleaning.RULES)
    examples = {cells[1].strip(): cells[3] for line in text.splitlines() if len(cells := line.split("|")) == 6}
    name, width, money = (re.findall(r"“(.*?)”", examples[f"`{rule}`"]) for rule in ("blanks", "width", "money"))
    assert names.text(name[0].replace("⏎", "\n"))[0] == name[1]
    assert names.text(width[0])[0] == width[1]
    assert numbers.exact(numbers.number(money[0])[0]) == "1234.5"
    days = {dates.instant(day, zone="UTC").date().isoformat() for day in re.findall(r"“(.*?)”", examples["`dates`"])}
    assert days == {"2010-12-01"}


@pytest.mark.parametrize("path", [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name)
def test_every_link_between_pages_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
