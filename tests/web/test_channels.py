"""The page of the channels, and where they are offered."""

import re


def offered(page):
    return re.findall(
        r'<option value="([^"]+)">', re.search(r'<datalist id="[\w-]*channels">(.*?)</datalist>', page)[1]
    )


def test_the_administrator_arranges_what_is_offered_everywhere_and_takes_it_back(signed_in, world):
    zhao, chen = signed_in("zhao"), signed_in("chen")
    usual = offered(chen.get("/notes/new").text)
    assert usual[:2] == ["电话", "微信"]
    assert usual == re.search(r"<textarea[^>]*>\n(.*?)</textarea>", zhao.get("/channels").text, re.DOTALL)[1].split(
        "\n"
    )
    saved = zhao.post("/channels", {"channels": "微信\n到店"})
    page = zhao.get(saved.location).text
    for path in ("/notes/new", "/capture", "/capture?talk=1", "/interactions/new", "/interactions"):
        assert offered(chen.get(path).text) == ["微信", "到店"], path
    assert "编排了清单" in zhao.get("/activity").text
    assert "编排了清单" not in chen.get("/activity?who=all").text
    zhao.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert offered(chen.get("/notes/new").text) == usual


def test_a_refused_list_comes_back_as_it_was_typed(signed_in, world):
    zhao = signed_in("zhao")
    zhao.get("/channels")
    answer = zhao.post("/channels", {"channels": "微信\n到店\n微信"})
    assert (answer.status_code, "“微信”写了两次。" in answer.text, "到店" in answer.text) == (422, True, True)


def test_interactions_of_a_channel_are_shown_alone(signed_in, world):
    chen = signed_in("chen")
    assert "盖子老是受潮" in chen.get("/interactions?channel=电话").text
    page = chen.get("/interactions?channel=微信").text
    assert "盖子老是受潮" not in page
    assert re.search(r'name="channel"[^>]* value="微信"', page)
