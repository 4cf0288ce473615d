"""An account, as the administrator changes it and as its colleague meets that."""

import re

from kb import feed, members


def test_a_password_given_opens_only_the_page_for_ones_own(signed_in, browser, people, password):
    chen = people["chen"].member_id
    given = re.search(r'<code translate="no">([^<]+)<', signed_in("zhao").post(f"/members/{chen}/password").text)[1]
    browser.get("/login")
    browser.post("/login", {"login": "chen", "password": given})
    for path in ("/", "/notes", "/members", "/search?q=罐"):
        assert browser.get(path).location == "/password", path
    assert "一次性密码" in browser.get("/password").text or "serves only once" in browser.get("/password").text
    form = {"old": given, "new": given, "again": given}
    refused = browser.post("/password", form)
    assert (refused.status_code, 'field__error" id="new-help' in refused.text) == (422, True)
    assert browser.post("/password", form | {"new": password, "again": password}).status_code == 303
    assert browser.get("/notes").status_code == 200


def test_another_role_is_on_the_activity_page_and_taken_back_there(signed_in, db, people):
    chen, zhao = people["chen"].member_id, signed_in("zhao")
    assert f"/members/{chen}" in zhao.get("/members").text
    page = zhao.post(f"/members/{chen}/move", {"role": "boss", "department": "物流部"})
    assert (page.status_code, "物流部" in page.text, 'field__error" id="role-help' in page.text) == (422, True, True)
    zhao.post(f"/members/{chen}/move", {"role": "viewer", "department": "物流部"})
    assert members.get(db, chen).department == "物流部"
    undo = f"/changes/{feed.last_seq(db)}/undo"
    assert undo in zhao.get("/activity").text
    assert zhao.post(undo).location == f"/members/{chen}"
    assert members.get(db, chen).role == "contributor"
    assert f"/people/{chen}" in zhao.get("/activity?who=all").text
    assert f"/people/{chen}" not in signed_in("wang").get("/activity?who=all").text
