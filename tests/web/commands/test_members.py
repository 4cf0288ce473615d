"""`kezhi members`: accounts from the command line."""

import pytest

from kb import members

GOOD = "a password of seven words"


@pytest.fixture
def add(kezhi, db):
    """Return a function that adds a member with the password on standard input."""

    def call(login="sun", *, role="contributor", stdin=GOOD, name="孙可"):
        return kezhi(
            "members", "add", login, "--name", name, "--department", "门店", "--role", role, "--password-file", "-",
            "--json", stdin=stdin,
        )  # fmt: skip

    return call


def test_a_member_who_was_added_can_sign_in(add, db):
    answer = add()
    assert (answer.code, answer.err) == (0, "")
    account = {"login": "sun", "name": "孙可", "department": "门店", "role": "contributor", "state": "active"}
    assert answer.json == account
    assert members.authenticate(db, "sun", GOOD).name == "孙可"


def test_only_the_first_line_of_a_password_file_counts(kezhi, db, tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\nnext line\n")
    answer = kezhi("members", "add", "sun", "--name", "孙可", "--department", "门店", "--role", "viewer",
                   "--password-file", path)  # fmt: skip
    assert (answer.code, answer.out) == (0, "孙可 can sign in as sun.\n")
    assert members.authenticate(db, "sun", GOOD)


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "boss"), ("login", "a b"), ("login", ""), ("stdin", "short"), ("stdin", ""), ("name", " "),
     ("name", "a\x00b")],
)  # fmt: skip
def test_a_member_that_is_refused_is_not_there(add, db, field, value):
    answer = add(**{field: value})
    assert (answer.code, answer.err) == (1, "")
    assert answer.error["message"]
    assert members.listing(db) == []


def test_without_terminal_and_file_a_password_is_asked_for_by_name(kezhi, db):
    answer = kezhi("members", "add", "sun", "--name", "孙可", "--department", "门店", "--role", "viewer")
    assert (answer.code, answer.out) == (1, "")
    assert "--password-file" in answer.err


def test_a_missing_password_file_is_named(refused, db):
    error = refused("members", "add", "sun", "--name", "孙可", "--department", "门店", "--role", "viewer",
                    "--password-file", "/nowhere/secret")  # fmt: skip
    assert error["file"] == "/nowhere/secret"


def test_the_list_holds_everybody_and_no_password(kezhi, people):
    answer = kezhi("members", "list", "--json")
    assert {row["login"] for row in answer.json["members"]} == set(people)
    assert "argon2" not in answer.out
    shown = kezhi("members", "list").out.splitlines()
    assert shown[0].split() == ["Login", "Name", "Department", "Role", "State"]
    assert len(shown) == 1 + len(people)


def test_who_leaves_cannot_sign_in_or_be_read_as(kezhi, refused, people, db, password, a_note):
    note = a_note()
    told = kezhi("members", "leave", "chen")
    # Chen alone knows the topic; the pages would keep the account open.
    assert (told.code, "Not handed over: Topics that nobody else knows, 1" in told.err) == (0, True)
    assert "an administrator" in told.err
    assert members.authenticate(db, "chen", password) is None
    assert refused("notes", "show", note.id, "--as", "chen")["value"] == "chen"


@pytest.mark.parametrize("login", ["nobody", "zhao"])
def test_an_unknown_member_and_the_last_administrator_cannot_leave(refused, people, login):
    assert refused("members", "leave", login)["message"]
