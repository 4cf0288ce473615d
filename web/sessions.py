"""Sign in, sign out, switch user, password and language."""

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for

from kb import members
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import i18n, security
from web.demo import home as demo
from web.security import allowed, own_path, public

bp = Blueprint("sessions", __name__)


@bp.get("/login")
@public
def login():
    if g.reader is not None:
        return redirect(own_path(request.args.get("next")) or url_for("home.show"), 303)
    return _login_page(None, 200)


@bp.post("/login")
@public
def sign_in():
    try:
        security.sign_in(request.form.get("login", ""), request.form.get("password", ""))
    except Invalid as problem:
        return _login_page(problem, 422)
    return redirect(own_path(request.form.get("next")) or url_for("home.show"), 303)


@bp.post("/login/demo")
@public
def enter():
    login = request.form.get("login", "")
    if not current_app.config["SETTINGS"].demo or login not in demo.DOORS:
        raise security.not_found()
    security.enter(login)
    return redirect(own_path(request.form.get("next")) or url_for("home.show"), 303)


@bp.post("/logout")
@allowed("self.manage")
def sign_out():
    security.sign_out()
    return redirect(url_for("sessions.login", left=1), 303)


@bp.post("/switch")
@allowed("self.manage")
def switch():
    security.sign_out()
    return redirect(url_for("sessions.login", left=1, next=own_path(request.form.get("next"))), 303)


@bp.get("/password")
@allowed("self.manage")
def password():
    return _password_page(None)


@bp.post("/password")
@allowed("self.manage")
def change_password():
    try:
        _change_password(request.form)
    except Invalid as problem:
        return _password_page(problem), 422
    return redirect(url_for("home.show", did="password"), 303)


@bp.post("/language")
@public
def language():
    chosen = i18n.best(request.form.get("lang"), i18n.LOCALES[0])
    session["language"] = chosen
    if g.reader is not None:
        members.set_language(g.db, g.reader.member_id, chosen, by=g.reader, now=utc_now())
    return redirect(own_path(request.form.get("next")) or url_for("home.show"), 303)


def _login_page(problem, status):
    is_demo = current_app.config["SETTINGS"].demo
    target = own_path(request.values.get("next"))
    page = render_template(
        "sessions/login.html",
        problem=problem,
        login=request.form.get("login", ""),
        next=target,
        left="left" in request.args,
        accounts=demo.accounts() if is_demo else [],
        doors=list(demo.DOORS.items()) if is_demo else [],
    )
    return page, status


def _password_page(problem):
    shortest = members.SHORTEST_PASSWORD
    return render_template("sessions/password.html", problem=problem, shortest=shortest, given="renew" in session)


def _change_password(form):
    if form.get("new", "") != form.get("again", ""):
        raise Invalid(N_("The two new passwords differ."), hint=N_("Type the new one twice."), field="again")
    security.right_password(g.reader.login, form.get("old", ""))
    if form["new"] == form["old"]:
        raise Invalid(N_("The new password is the one so far."), hint=N_("Choose another."), field="new")
    members.change_password(g.db, g.reader.member_id, new=form["new"], by=g.reader, now=utc_now())
    security.sign_in(g.reader.login, form["new"])
