"""Every failure as one sentence: a page for people, problem details for machines, an id to quote."""

import logging
import secrets

from flask import g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from kb import disk
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound, Problem
from web.templating import translate

_log = logging.getLogger("kezhi")
_STATUS = {Invalid: 422, NotFound: 404, Forbidden: 403, Conflict: 409}
_HTTP = {
    400: Problem(
        N_("This request did not come from a page of Kezhi."), hint=N_("Open the page again and repeat the step.")
    ),
    401: Problem(N_("You are not signed in."), hint=N_("Sign in, then try again.")),
    404: NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it.")),
    405: Problem(N_("This address does not answer to that."), hint=N_("Use the buttons of the page.")),
    413: Problem(
        N_("This is too large to be sent at once."),
        hint=N_(
            "Go back in the browser: what you wrote still stands there. Shorten it or split the file, then send it."
        ),
    ),
}
# What people write at length, by the names of the fields; nothing else of a form is sent back.
_TEXTS = (
    "title", "summary", "body", "customer_text", "comment", "said", "told", "reply", "outcome", "words", "quote",
    "reason",
)  # fmt: skip
_PLAIN = "text/plain; charset=utf-8"
_MOST_WRITTEN = 100_000
_EXPIRED = Problem(
    N_("The page was open too long, or you signed out elsewhere. Your text is kept here."),
    hint=N_("Go back, sign in again if asked, and save once more."),
)
_FULL = Problem(
    N_("The disk of the server is full: nothing was stored."),
    hint=N_("Tell your administrator, then try again."),
)


def init_app(app):
    """Answer every failure of `app` with a sentence."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, lambda error: _answer(_EXPIRED, 400, _written()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status(problem):
    """Return the HTTP status of a problem."""
    return next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), 400)


def _problem(problem):
    return _answer(problem, status(problem))


def _http(error):
    if error.code is None or error.code < 400:
        return error
    return _answer(_HTTP.get(error.code, _HTTP[400]), error.code)


def _foreign_host(error):
    # Asked by a name that is not ours: no page, which would hold addresses under that name.
    problem = _HTTP[400]
    return f"{problem.sentence()} {problem.hint}\n", 400, {"Content-Type": _PLAIN}


def _unexpected(error):
    if disk.is_full(error):
        _log.error("the disk is full", exc_info=error)
        return _answer(_FULL, 507)
    reference = secrets.token_hex(3).upper()
    # The person gets a number to quote; what failed stands in the log only.
    _log.exception("reference %s", reference, exc_info=error)
    problem = Problem(
        N_("Something failed here. What you wrote is kept in this browser. Reference %(reference)s."),
        hint=N_("Try again; if it fails again, give the reference to your administrator."),
        reference=reference,
    )
    return _answer(problem, 500)


def _written():
    """Return the texts of a form that was refused unread, as long as they are no burden to send back."""
    texts = [text for name in _TEXTS for text in request.form.getlist(name) if text.strip()]
    return texts if sum(map(len, texts)) <= _MOST_WRITTEN else []


def _answer(problem, code, written=()):
    if request.path.startswith("/api/"):
        return jsonify({"error": problem.details(translate)}), code
    if request.accept_mimetypes.best == "text/plain":
        told = problem.details(translate)
        return " ".join(filter(None, (told["message"], told["hint"]))), code, {"Content-Type": _PLAIN}
    g.setdefault("reader", None)
    return render_template("errors/error.html", problem=problem, status=code, written=written), code
