"""Files dropped on a note or pasted there, and an input method in every field one writes in."""

import re

import pytest
from playwright.sync_api import expect

# 1 pixel.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)  # fmt: skip
# A drag or a paste as the browser tells of one: files by name, type and base64, and texts by type.
TELL = """(place, [kind, files, texts]) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    data.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name, { type }));
  }
  for (const [type, text] of Object.entries(texts)) data.setData(type, text);
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, ...options })
    : new DragEvent(kind, { dataTransfer: data, ...options });
  place.dispatchEvent(event);
  return event.defaultPrevented;
}"""
# Enter that picks a character, alone and with Ctrl, in each field of a form; returns the names of those that sent it.
COMPOSE = """(form) => {
  const sent = [];
  let name;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    sent.push(name);
  }, true);
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    for (const ctrlKey of [false, true]) {
      name = field.name;
      const key = { key: "Enter", isComposing: true, ctrlKey, bubbles: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent("keydown", key));
    }
  }
  return sent;
}"""


@pytest.fixture
def page(page_of, demo):
    """The page of a note of one's own, without files."""
    page = page_of("sun.ke")
    page.goto(f"{demo}/notes/new")
    form = page.locator("form.editor[data-unsaved]")
    for name, text in (("title", "放文件的一条"), ("body", "正文"), ("topics", "密封罐")):
        form.locator(f"[name={name}]").fill(text)
    form.locator("[name=dimension][value=with]").check()
    form.locator("[name=dimension][value='from']").check()
    form.locator("[name=channel]").fill("电话")
    form.locator("[name=experience][value=complaint]").check()
    form.locator(".button--main").click()
    page.wait_for_url(re.compile(r"/notes/\d+"))
    return page


def tell(page, place, kind, *files, **texts):
    return page.eval_on_selector(place, TELL, [kind, [list(each) for each in files], texts])


def test_a_dropped_file_and_a_pasted_picture_are_attached(page):
    drop = page.locator("[data-drop]")
    assert tell(page, "article.note", "dragover", ("报价.txt", "text/plain", "YQ=="))
    expect(drop).to_have_attribute("data-over", "")
    assert tell(page, "article.note", "dragleave", ("报价.txt", "text/plain", "YQ=="))
    expect(drop).not_to_have_attribute("data-over", "")
    with page.expect_navigation():
        assert tell(page, "article.note", "drop", ("报价.txt", "text/plain", "YQ=="), ("罐子.png", "image/png", PNG))
    expect(page.locator("#attachments .file__name")).to_have_text(["报价.txt", "罐子.png"])
    with page.expect_navigation():
        assert not tell(page, "body", "paste", ("image.png", "image/png", PNG))
    expect(page.locator("#attachments .file__name")).to_have_text(["报价.txt", "罐子.png", "image.png"])
    assert page.troubles == []


def test_what_is_no_file_and_what_is_pasted_while_one_writes_is_the_browsers(page):
    assert not tell(page, "article.note", "dragover", **{"text/plain": "一句话"})
    assert not tell(page, "article.note", "drop", **{"text/plain": "一句话"})
    # Cells of a spreadsheet come as a text and as a picture of it.
    assert not tell(page, "#comments textarea", "paste", ("x.png", "image/png", PNG), **{"text/plain": "密封罐\t39"})
    expect(page.locator("#attachments .sheet__count")).to_have_text("0")
    # A picture alone is meant for the note, also from where one writes.
    with page.expect_navigation():
        tell(page, "#comments textarea", "paste", ("x.png", "image/png", PNG))
    expect(page.locator("#attachments .sheet__count")).to_have_text("1")


def test_enter_that_picks_a_character_sends_no_form(page_of, demo):
    page = page_of("sun.ke")
    for address, form in (
        ("/notes/new", "form.editor"), ("/interactions/new?customer=1", "form.editor"), ("/notes/1", "[role=search]"),
        ("/customers/1/edit", "main form[data-submit]"),
    ):  # fmt: skip
        page.goto(demo + address)
        assert page.eval_on_selector(form, COMPOSE) == [], address
    page.goto(f"{demo}/customers/1")
    page.keyboard.press("n")
    page.wait_for_selector("[data-capture-form] textarea:focus")
    assert page.eval_on_selector("[data-capture-form]", COMPOSE) == []
    page.set_checked("[data-capture-switch]", True)
    page.wait_for_selector("[name=said]")
    assert page.eval_on_selector("[data-capture-form]", COMPOSE) == []


def test_the_name_of_a_chosen_file_stands_beside_its_button(page_of, chromium, demo):
    page = page_of("wang.yating", locale="en-GB")
    page.goto(f"{demo}/interactions/new")
    field = page.locator(".file").last
    expect(field).to_contain_text("Choose files Nothing chosen yet")
    chosen = [{"name": name, "mimeType": "text/plain", "buffer": b"-"} for name in ("a.txt", "b.txt")]
    field.locator("input").set_input_files(chosen)
    expect(field.locator("[data-file-name]")).to_have_text("a.txt, b.txt")
    # Clicked anywhere, or opened by a key, it is the browser's own field.
    field.scroll_into_view_if_needed()
    assert (
        field.evaluate("""(field) => { const { left, top } = field.querySelector(".button").getBoundingClientRect();
        return document.elementFromPoint(left + 4, top + 4).type; }""")
        == "file"
    )
    kept = page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=kept).new_page()
    plain.goto(f"{demo}/customers/import")
    expect(plain.locator(".file__name")).to_be_visible()
    plain.set_input_files("[name=file]", [{"name": "a.csv", "mimeType": "text/csv", "buffer": b"-"}])
    # Then the browser itself says the name.
    expect(plain.locator(".file__name")).to_be_hidden()
    assert plain.locator("[name=file]").evaluate("(field) => getComputedStyle(field).opacity") == "1"
    plain.context.close()
