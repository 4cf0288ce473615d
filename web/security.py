"""Who is asking, from where, and what a browser may do with the answer."""

import functools
import time
from dataclasses import replace
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from kb import access, access_log, accounts, members, sessions, throttle
from kb.errors import Forbidden, Invalid, N_, NotFound
from kb.store import open_store, utc_now, writing

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# What came from outside and is sent as it is: even opened by itself it runs nothing.
SANDBOXED = f"{CSP}; sandbox"
csrf = CSRFProtect()

UPLOAD_BYTES = 1024 * 1024 * 1024
# What is open to who looks as somebody else, and what leads out of it.
LOOKING = (
    "notes.index", "notes.show", "notes.pane", "notes.history", "search.results", "suggest.box", "topics.index",
    "topics.show", "attachments.show", "attachments.download", "attachments.thumbnail",
)  # fmt: skip
_LEAVING = ("looking.stop", "sessions.sign_out", "sessions.switch")
# Who has a password that somebody else gave chooses their own before anything else.
_RENEWING = ("sessions.password", "sessions.change_password", "sessions.sign_out", "sessions.language", "static")
_FILES = (
    "uploads.create", "customers.take", "attachments.create", "note_intake.create", "pictures.create",
    "interaction_files.create", "interactions.create", "interactions.update", "capture.create_talk",
)  # fmt: skip


class CookieSessions(SecureCookieSessionInterface):
    """A signed cookie that holds the random id of a session row; its name and flags follow the scheme.

    Over https ``__Host-kezhi`` with Secure; over plain http, which `serve` allows on loopback only, ``kezhi``.
    """

    def get_cookie_name(self, app):
        return "__Host-kezhi" if request.is_secure else "kezhi"

    def get_cookie_secure(self, app):
        return request.is_secure


def init_app(app):
    """Protect every route of `app`."""
    app.session_interface = CookieSessions()
    app.before_request(_take_large_files)
    # Before what refuses a form, so that the page that says so is one of who is signed in.
    app.before_request(_open)
    csrf.init_app(app)
    app.before_request(_refuse_foreign_origin)
    app.after_request(_headers)


def allowed(action):
    """Let a view run only for a signed-in member whose role may do `action`.

    The name is kept on the view, so that a test can hold the table of routes against the code.
    """

    def wrap(view):
        @functools.wraps(view)
        def guarded(*args, **values):
            if g.reader is None:
                return _to_sign_in()
            access.require(g.reader, action)
            return view(*args, **values)

        guarded.action = action
        return guarded

    return wrap


def public(view):
    """Mark a view that needs no sign-in."""
    view.action = None
    return view


def sign_in(login, password):
    """Start a session for the member, or refuse with a sentence; the session id is new."""
    _start_session(right_password(login, password))


def enter(login):
    """Start a session without a password, as a demo home alone allows; raises `NotFound` for who is not here."""
    member = members.by_login(g.db, login)
    if member.state != "active":
        raise not_found()
    _start_session(member)


def _start_session(member):
    with writing(g.db):
        access_log.record(g.db, member_id=member.id, action="sign_in")
        session_id = sessions.start(g.db, member.id, now=utc_now())
    language = session.get("language")
    session.clear()
    session.permanent = True
    session["id"] = session_id
    if accounts.must_renew(g.db, member.id):
        session["renew"] = True
    if language:
        session["language"] = language


def right_password(login, password):
    """Return the member whose password this is, or refuse with a sentence; every door that asks for one counts."""
    db, now, address = g.db, time.time(), request.remote_addr or ""
    throttle.refuse_if_too_many(db, account=login, address=address, now=now)
    member = members.authenticate(db, login, password)
    if member is not None:
        with writing(db):
            throttle.succeeded(db, account=login)
        return member
    with writing(db):
        left = throttle.failed(db, account=login, address=address, now=now)
        access_log.record(db, member_id=None, action="sign_in_failed")
    raise Invalid(N_("Wrong account or password. %(left)d tries are left before a wait."), field="password", left=left)


def sign_out():
    """End this session, on the server's side too."""
    with writing(g.db):
        if "as" in session:
            stop_looking()
        sessions.end(g.db, session["id"])
        access_log.record(g.db, member_id=g.reader.member_id, action="sign_out")
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def look_as(member_id):
    """Have this session see what its member and another both may see, until `stop_looking`, and change nothing.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(g.reader, "member.manage")
    member = members.get(g.db, member_id)
    if member_id == g.reader.member_id or member.state != "active":
        raise Invalid(N_("One looks as a colleague who is here, not as oneself."), hint=N_("Choose another."))
    access_log.record(g.db, member_id=g.member.id, action="look_as", noun="member", noun_id=member_id)
    session["as"] = member_id


def stop_looking():
    """See with one's own eyes again."""
    access_log.record(g.db, member_id=g.member.id, action="look_as_end", noun="member", noun_id=session.pop("as"))


def _look():
    """Narrow the reader of this request to what both may see; refuse whatever is not for looking."""
    seen_as = members.get(g.db, session["as"])
    if seen_as.state != "active" or not access.may(g.reader, "member.manage"):
        stop_looking()
        return None
    g.seen_as = seen_as
    if request.endpoint in _LEAVING:
        return None
    g.reader = replace(seen_as.reader(), looker=g.reader)
    if request.endpoint == "home.show":
        return redirect(url_for("notes.index"), 303)
    if request.endpoint is not None and (request.endpoint not in LOOKING or request.method not in ("GET", "HEAD")):
        raise Forbidden(
            N_("You look as %(name)s: you see notes, topics and search, and change nothing."),
            hint=N_("Stop looking as somebody else, then do it."),
            name=seen_as.name,
        )
    return None


def own_path(target):
    """Return `target` if it is a path of ours, else None: no address of another host ever comes out of ``next``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(each) < 0x21 or each == "\\" for each in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def _take_large_files():
    # Before anything reads the form; whoever is not signed in sends nothing large.
    if request.endpoint in _FILES and "id" in session:
        request.max_content_length = UPLOAD_BYTES


def _open():
    g.db = open_store(current_app.config["HOME"])
    g.reader = None
    if request.endpoint == "static" or "id" not in session:
        return None
    member_id = sessions.member_id(g.db, session["id"])
    if member_id is None:
        # Revoked or over: what stays must not be taken for a session.
        session.pop("id")
        session.pop("as", None)
        return None
    g.member = members.get(g.db, member_id)
    g.reader = g.member.reader()
    if "renew" in session and request.endpoint not in _RENEWING:
        return redirect(url_for("sessions.password"), 303)
    return _look() if "as" in session else None


def _to_sign_in():
    if request.path.startswith("/api/"):
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    where = url_for("sessions.login", next=target)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": where}
    return redirect(where, 303)


def _refuse_foreign_origin():
    origin = request.headers.get("Origin")
    if request.method in ("GET", "HEAD", "OPTIONS") or origin is None:
        return
    if origin != request.host_url.rstrip("/"):
        abort(400)


def _headers(response):
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.cache_control.immutable = True
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def not_found():
    """Return the one answer for what is absent and for what is not the reader's."""
    return NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
