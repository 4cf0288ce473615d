import unicodedata

from hypothesis import given, strategies as st

from kb.folders.file_names import LONGEST, Names, safe

DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


@given(
    st.lists(
        st.text(max_size=90) | st.sampled_from(["CON", "nul.txt", "a", "A", "é", "e\u0301", "..", "密封罐"]),
        max_size=12,
    )
)
def test_every_system_takes_every_name_and_no_two_are_one_file(titles):
    names = Names()
    made = [names.stem(title, ".md") for title in titles]
    for name in made:
        assert name
        assert not set(name) & set('<>:"/\\|?*')
        assert name.isprintable()
        assert name == name.strip(". ")
        assert name.split(".")[0].casefold() not in DEVICES
        assert len(name) <= LONGEST
        assert len(f"{name}.md".encode()) <= 255
    assert len({unicodedata.normalize("NFD", name).casefold() for name in made}) == len(made)


def test_han_names_stay_as_they_are_and_a_folder_never_has_the_name_of_a_file():
    assert safe("盖子受潮:怎么办?") == "盖子受潮：怎么办？".replace("：", "_").replace("？", "_")
    names = Names()
    assert [names.stem(title, ".md") for title in ("密封罐", "密封罐", "密封罐.md")] == [
        "密封罐",
        "密封罐 (2)",
        "密封罐.md (2)",
    ]


def test_an_attachment_keeps_its_ending():
    names = Names()
    assert [names.file(name) for name in ("报价.PDF", "报价.pdf", "nul.txt", "readme", ".x")] == [
        "报价.PDF", "报价 (2).pdf", "_nul.txt", "readme", "x",
    ]  # fmt: skip
