"""Members: staff accounts with login, department and role."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from kb import access, duties, feed, namesakes, personal, pinyin, sessions
from kb.access import ROLES, Reader
from kb.errors import Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean, fold_name

# OWASP's least for argon2id: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
SHORTEST_PASSWORD = 12


@dataclass(frozen=True, slots=True)
class Member:
    """A staff account."""

    id: int
    login: str
    name: str
    department_id: int
    department: str
    role: str
    state: str
    language: str | None
    created_at: str
    phone: str
    wecom: str
    mail: str
    open_for_questions: int

    def reader(self):
        """Return the `Reader` this member reads and writes as."""
        return Reader(self.id, self.login, self.name, self.role, self.department_id)


def add(db, *, login, name, department, role, password, by, now):
    """Make an account and return its `Member`; the department is made if it is new."""
    access.require(by, "member.manage")
    login = _checked_login(login)
    name = _named(name, "name", N_("Name"))
    department = department_name(department)
    require_role(role)
    hashed = hash_password(password, login)
    with writing(db):
        if _row(db, "member.login = :login", {"login": login}):
            raise Invalid(
                N_("The login “%(value)s” is taken."), hint=N_("Choose another login."), field="login", value=login
            )
        member = {
            "login": login,
            "name": name,
            "department_id": made_department(db, department, by=by, now=now),
            "role": role,
            "password_hash": hashed,
            "created_at": now,
        }
        member_id = db["member"].insert(member).last_pk
        state = {key: member[key] for key in ("login", "name", "department_id", "role")}
        duties.settle_of(db, member_id=member_id, department_id=member["department_id"])
        feed.append(db, by=by, did="member.add", of=member_id, at=now, after=state)
    return get(db, member_id)


def get(db, member_id):
    """Return one member; raises `NotFound`."""
    return _member(_row(db, "member.id = :id", {"id": member_id}))


def by_login(db, login):
    """Return the member with this login; raises `NotFound`."""
    return _member(_row(db, "member.login = :login", {"login": login}), login)


def of_logins(db, logins):
    """Return ``{login: (id, name)}`` of those of these logins that there are."""
    rows = db.execute(
        "SELECT login, id, name FROM member WHERE login IN (SELECT value FROM json_each(:logins))",
        {"logins": json.dumps(list(logins))},
    )
    return {login: (member_id, name) for login, member_id, name in rows.fetchall()}


def called(db, text):
    """Return the ids of the members whose login or name is just this text, a login first."""
    rows = db.execute(
        "SELECT id FROM member WHERE login = :text OR name = :text ORDER BY login <> :text, state, id", {"text": text}
    )
    return [row[0] for row in rows.fetchall()]


def listing(db):
    """Return all members by department and name, those who left last."""
    rows = db.query(f"{_SELECT} ORDER BY member.state, department.name, member.name, member.id")
    return [_member(row) for row in rows]


def find(db, query, *, limit=8, with_left=False):
    """Return the members whom a word names, the nearest first: by name, its pinyin, or login.

    Those who are here; with `with_left`, after them, those who have left: somebody knows their topics now.
    """
    asked = "".join(fold_name(query).split())
    if not asked:
        return []
    found = []
    rows = db.execute(
        "SELECT id, name, login, state FROM member WHERE :with_left OR state = 'active'", {"with_left": with_left}
    )
    for member_id, name, login, state in rows.fetchall():
        names = ("".join(fold_name(name).split()), login)
        ranks = [rank for rank in (pinyin.rank(asked, each) for each in names) if rank is not None]
        if ranks:
            found.append((state == "left", min(ranks), name, member_id))
    nearest = [member_id for *_, member_id in sorted(found)[:limit]]
    those = f"{_SELECT} WHERE member.id IN (SELECT value FROM json_each(:ids))"
    known = {row["id"]: _member(row) for row in db.query(those, {"ids": json.dumps(nearest)})}
    return [known[each] for each in nearest]


def find_departments(db, query, *, limit=8):
    """Return ``{"id", "name"}`` of the departments that a word names, the nearest first: by name or its pinyin."""
    asked = "".join(fold_name(query).split())
    found = []
    for each in db.query("SELECT id, name FROM department"):
        rank = pinyin.rank(asked, "".join(fold_name(each["name"]).split())) if asked else None
        if rank is not None:
            found.append((rank, each["name"], each))
    return [each for *_, each in sorted(found, key=lambda row: row[:2])[:limit]]


def departments(db):
    """Return ``{id: name}`` of all departments, by name."""
    return dict(db.execute("SELECT id, name FROM department ORDER BY name").fetchall())


def all_departments(db):
    """Return ``{"id", "name"}`` of all departments by name."""
    return list(db.query("SELECT id, name FROM department ORDER BY name"))


def manned(db):
    """Return the ids of the departments where somebody is."""
    return {row[0] for row in db.execute("SELECT DISTINCT department_id FROM member WHERE state = 'active'")}


def names(db, member_ids):
    """Return ``{id: name}`` of some members, such that two of one name are told apart."""
    asked = f"SELECT id, {namesakes.TOLD_SQL} FROM member WHERE id IN (SELECT value FROM json_each(:ids))"
    return dict(db.execute(asked, {"ids": json.dumps(list(member_ids))}).fetchall())


def department(db, department_id):
    """Return ``{"id", "name"}`` of one department; raises `NotFound`."""
    row = next(iter(db.query("SELECT id, name FROM department WHERE id = :id", {"id": department_id})), None)
    if row is None:
        raise NotFound(
            N_("There is no department %(value)s."),
            hint=N_("Open it from a colleague’s name."),
            value=str(department_id),
        )
    return row


def of_department(db, department_id):
    """Return the members of a department who are here, by name."""
    rows = db.query(
        f"""{_SELECT} WHERE member.department_id = :department AND member.state = 'active'
             ORDER BY member.name, member.id""",
        {"department": department_id},
    )
    return [_member(row) for row in rows]


def curators(db, department_id):
    """Return ``(members, whether they are of the department)``: its knowledge managers, else those of the company."""
    rows = db.query(f"{_SELECT} WHERE member.role = 'curator' AND member.state = 'active' ORDER BY member.id")
    found = [_member(row) for row in rows]
    own = [each for each in found if each.department_id == department_id]
    return own or found, bool(own)


def leave(db, member_id, *, by, now):
    """Close an account: its sessions end, what it wrote stays."""
    access.require(by, "member.manage")
    with writing(db):
        member = get(db, member_id)
        if member.state == "left":
            raise Invalid(N_("%(name)s has already left."), name=member.name)
        require_other_admin(db, member)
        db["member"].update(member_id, {"state": "left"})
        sessions.end_all(db, member_id)
        duties.settle_of(db, member_id=member_id, department_id=member.department_id)
        feed.append(
            db, by=by, did="member.leave", of=member_id, at=now, before={"state": "active"}, after={"state": "left"}
        )


def left_at(db, member_id):
    """Return the instant at which a member left, None for one who is here."""
    row = db.execute(
        """SELECT max(at) FROM change JOIN member ON member.id = :id AND member.state = 'left'
            WHERE noun = 'member' AND noun_id = CAST(:id AS TEXT) AND action = 'leave'""",
        {"id": member_id},
    )
    return row.fetchone()[0]


def authenticate(db, login, password):
    """Return the active member whose password this is, or None, in the same time for unknown logins."""
    row = _row(db, "member.login = :login AND member.state = 'active'", {"login": _folded(login)})
    hashed = row["password_hash"] if row else _nobodys_hash()
    right = _verifies(hashed, password)
    return _member(row) if row and right else None


def change_password(db, member_id, *, new, by, now):
    """Set a new password; every session of the member ends."""
    member = get(db, member_id)
    hashed = hash_password(new, member.login)
    with writing(db):
        db["member"].update(member_id, {"password_hash": hashed})
        sessions.end_all(db, member_id)
        feed.append(db, by=by, did="member.password", of=member_id, at=now)


def set_contact(db, member_id, *, phone, wecom, mail, by, now):
    """Say how colleagues reach a member; the member themselves or who manages accounts."""
    access.require(by, "self.manage" if by.member_id == member_id else "member.manage")
    contact = {
        "phone": personal.phone(phone),
        "wecom": clean(wecom, field="wecom", label=N_("WeCom"), limit=60, lines=False),
        "mail": personal.mail(mail),
    }
    with writing(db):
        before = get(db, member_id)
        db["member"].update(member_id, contact)
        stood = {name: getattr(before, name) for name in contact}
        feed.append(db, by=by, did="member.contact", of=member_id, at=now, before=stood, after=contact)
    return get(db, member_id)


def set_open(db, member_id, is_open, *, by, now):
    """Say whether a member answers questions of colleagues: the member themselves or who manages accounts."""
    access.require(by, "self.manage" if by.member_id == member_id else "member.manage")
    with writing(db):
        before, after = get(db, member_id).open_for_questions, int(is_open)
        db["member"].update(member_id, {"open_for_questions": after})
        states = {"before": {"open_for_questions": before}, "after": {"open_for_questions": after}}
        feed.append(db, by=by, did="member.open", of=member_id, at=now, **states)


def set_language(db, member_id, language, *, by, now):
    """Remember the language a member reads in."""
    with writing(db):
        before = get(db, member_id).language
        db["member"].update(member_id, {"language": language})
        feed.append(
            db,
            by=by,
            did="member.language",
            of=member_id,
            at=now,
            before={"language": before},
            after={"language": language},
        )


def hash_password(password, login):
    """Return the argon2id hash of a password, or refuse a weak one with a sentence."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            N_("The password has %(length)d characters; at least %(least)d are needed."),
            hint=N_("Take a short sentence that only you would write."),
            field="password",
            length=len(password),
            least=SHORTEST_PASSWORD,
        )
    if login in password.casefold() or len(set(password)) < 5:
        raise Invalid(
            N_("This password is too easy to guess."),
            hint=N_("Take a short sentence that only you would write."),
            field="password",
        )
    return _hasher.hash(_encoded(password))


def department_name(text):
    """Return the name of a department as it is kept; raises `kb.errors.Invalid`."""
    return _named(text, "department", N_("Department"))


def made_department(db, name, *, by, now):
    """Return the id of the department of this name, made if it is new; only inside ``writing``."""
    row = next(iter(db.query("SELECT id FROM department WHERE name = :name", {"name": name})), None)
    if row:
        return row["id"]
    department_id = db["department"].insert({"name": name}).last_pk
    feed.append(db, by=by, did="department.add", of=department_id, at=now, after={"name": name})
    return department_id


def require_role(role):
    """Refuse with a sentence what is no role."""
    if role not in ROLES:
        raise Invalid(
            N_("There is no role “%(value)s”."),
            hint=N_("Choose one of: %(roles)s."),
            field="role",
            value=role,
            roles=", ".join(ROLES),
        )


def require_other_admin(db, member):
    """Refuse with a sentence to lose the last administrator."""
    others = "SELECT 1 FROM member WHERE role = 'admin' AND state = 'active' AND id <> :id LIMIT 1"
    if member.role == "admin" and db.execute(others, {"id": member.id}).fetchone() is None:
        raise Invalid(
            N_("%(name)s is the last administrator."),
            hint=N_("Make another administrator first."),
            field="role",
            name=member.name,
        )


_SELECT = """SELECT member.*, department.name AS department
               FROM member JOIN department ON department.id = member.department_id"""


def _row(db, where, values):
    return next(iter(db.query(f"{_SELECT} WHERE {where}", values)), None)


def _member(row, login=None):
    if row is None:
        raise NotFound(
            N_("There is no member “%(value)s”."), hint=N_("“kezhi members list” shows them all."), value=login or ""
        )
    return Member(**{name: row[name] for name in Member.__slots__})


def _checked_login(login):
    folded = _folded(login)
    if not _LOGIN.fullmatch(folded):
        raise Invalid(
            N_("“%(value)s” cannot be a login."),
            hint=N_("Use 2 to 40 of a–z, 0–9, dot, dash and underscore, such as chen.xiaolan."),
            field="login",
            value=login,
        )
    return folded


def _folded(login):
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _named(text, field, label):
    return clean(text, field=field, label=label, limit=60, lines=False, needed=N_("Fill it in."))


def _verifies(hashed, password):
    try:
        return _hasher.verify(hashed, _encoded(password))
    except VerificationError:
        return False


def _encoded(password):
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash():
    return _hasher.hash("nobody has this password")
