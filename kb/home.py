"""A home: one directory, one company."""

import os
import secrets
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.errors import Invalid, N_

DATABASE = "kezhi.db"
CONFIG = "config.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator may set in ``config.toml``."""

    name: str = "Kezhi"
    language: str = "zh_CN"
    zone: str = "Asia/Shanghai"
    demo: bool = False
    idle_minutes: int = 30
    hosts: tuple = ()
    attachment_megabytes: int = 100
    job_megabytes: int = 0
    first_topics: tuple = ("价格", "促销", "召回")


def default_home():
    """Return the home used when neither ``--home`` nor ``KEZHI_HOME`` names one."""
    import platformdirs  # slow to import and not needed by pages

    named = os.environ.get("KEZHI_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("kezhi", appauthor=False))


def today(home):
    """Return the day it is where the company is, ``YYYY-MM-DD``."""
    return datetime.now(ZoneInfo(settings(home).zone)).date().isoformat()


def start_of_today(home):
    """Return the instant at which the day began where the company is, as it is stored."""
    midnight = datetime.now(ZoneInfo(settings(home).zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(home, day, time):
    """Return the instant of a day ``YYYY-MM-DD`` and a time ``HH:MM`` where the company is, as it is stored."""
    try:
        local = datetime.fromisoformat(f"{day.strip()}T{time.strip() or '00:00'}")
    except ValueError:
        raise Invalid(
            N_("“%(value)s” is no moment."),
            hint=N_("Write a day, such as 2026-12-01, and a time, such as 09:30."),
            field="day",
            value=f"{day} {time}".strip(),
        ) from None
    return local.replace(tzinfo=ZoneInfo(settings(home).zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def days_begin(home, days):
    """Return the instants at which days ``YYYY-MM-DD`` began where the company is, as they are stored."""
    zone = ZoneInfo(settings(home).zone)
    begins = (datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC) for day in days)
    return [begin.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for begin in begins]


def start_of_night(home, now):
    """Return the last instant, before `now`, at which it was two in the morning where the company is."""
    here = datetime.fromisoformat(now).astimezone(ZoneInfo(settings(home).zone))
    night = here.replace(hour=2, minute=0, second=0, microsecond=0)
    if night > here:
        night -= timedelta(days=1)
    return night.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def create(home, settings):
    """Make the folders and the configuration of a new home; refuses one that already holds a database."""
    if (home / DATABASE).exists():
        raise Invalid(
            N_("%(home)s already holds a Kezhi home."), hint=N_("Choose another folder with --home."), home=str(home)
        )
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    (home / CONFIG).write_text(_toml(settings), encoding="utf-8")


def settings(home):
    """Return the `Settings` of a home; refuses a file that cannot be read."""
    path = home / CONFIG
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid(
            N_("There is no Kezhi home in %(home)s."),
            hint=N_("Run “kezhi init --admin LOGIN” or “kezhi demo” first."),
            home=str(home),
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise Invalid(
            N_("%(file)s cannot be read: %(problem)s."),
            hint=N_("Correct that line of the file."),
            file=CONFIG,
            problem=str(problem),
        ) from problem
    known = {name: values[name] for name in Settings.__slots__ if name in values}
    return Settings(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})


def secret_key(home):
    """Return the key that signs cookies, made at the first start and readable by its owner only."""
    path = home / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def _toml(settings):
    lines = []
    for name in Settings.__slots__:
        value = getattr(settings, name)
        if isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, int):
            text = str(value)
        elif isinstance(value, tuple):
            text = "[" + ", ".join(_quoted(each) for each in value) + "]"
        else:
            text = _quoted(value)
        lines.append(f"{name} = {text}\n")
    return "".join(lines)


def _quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
