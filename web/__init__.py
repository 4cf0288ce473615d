"""The web: Flask pages and a JSON API. Thin: views parse, call and render."""

from datetime import timedelta
from importlib import import_module

from flask import Flask

import kb.home
from kb.access_log import Gatherer
from kb.search.product_names import ProductNames
from kb.search.suggest import customer_names, note_names
from mining import handing_over
from web import assets, errors, interaction_words, joined, mentions, paging, security, templating

_BLUEPRINTS = (
    "sessions", "home", "notes", "note_sheet", "maturity", "changes", "topics", "search", "purchases", "ledger",
    "runs", "run_plans", "schedules", "rules", "findings", "members", "uploads", "departments", "capture", "customers",
    "people", "sources", "suggest",
    "uses", "verification", "verification_queue", "activity", "comments", "interactions", "quotes", "citing",
    "interaction_files",
    "attachments", "merging", "classes", "bulk", "traits", "note_templates", "readers", "erasing", "looks",
    "channels", "note_folder", "note_intake", "note_deeds", "saved_views", "looking", "map", "approval", "topic_tree",
    "topic_health", "topic_files", "source_files", "scoring", "expertise", "questions", "versions", "unmerged",
    "pictures", "delivery", "mentions", "drafts", "absences", "question_erasing", "gaps", "leaving", "api",
    "synonyms",
)  # fmt: skip

PAGE_BYTES = 32 * 1024 * 1024


def create_app(home, *, hosts=None):
    """Return the Flask app that serves one home.

    Parameters
    ----------
    home : pathlib.Path
    hosts : list of str, optional
        Host names it answers to; ``None`` answers to any (only for `serve --insecure` without configured hosts).
    """
    handing_over.register()
    app = Flask(__name__, static_url_path=f"/static/{assets.version()}")
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=hosts,
        SEND_FILE_MAX_AGE_DEFAULT=assets.KEPT_FOR,
        MAX_CONTENT_LENGTH=PAGE_BYTES,
        MAX_FORM_MEMORY_SIZE=PAGE_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )
    app.view_functions["static"] = joined.send
    serve(app, home)
    app.url_map.converters["int"] = paging.IdConverter
    security.init_app(app)
    templating.init_app(app)
    mentions.init_app(app)
    interaction_words.init_app(app)
    errors.init_app(app)
    for name in _BLUEPRINTS:
        app.register_blueprint(import_module(f"web.{name}").bp)
    return app


def serve(app, home):
    """Have `app` answer for `home` from now on.

    Parameters
    ----------
    app : flask.Flask
    home : pathlib.Path
    """
    settings = kb.home.settings(home)
    app.config.update(
        HOME=home,
        SETTINGS=settings,
        SECRET_KEY=kb.home.secret_key(home),
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.idle_minutes),
    )
    app.extensions["access_log"] = Gatherer(home)
    app.extensions["note_names"] = note_names()
    app.extensions["customer_names"] = customer_names()
    app.extensions["product_names"] = ProductNames()
