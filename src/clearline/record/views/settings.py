"""The installation: how it is set up, and where what may be changed is changed."""

import sqlite3  # the one that settings put in its place
from importlib.metadata import version

from django.conf import settings as configured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.evidence.pages import keys
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.judging import judging

ELSEWHERE = (  # what is set, where, and what somebody must be allowed to see it
    (
        "Your shop",
        "what you sell, to whom, and how: it decides which packs are in force",
        "shop",
        "see shop questions",
    ),
    ("Keeping", "how long each kind of record is kept, and why", "retention", "see settings"),
    ("Holds", "what nobody may delete for now", "holds", "see rights requests"),
    ("Do-not-call lists", "how old each is, and who holds a copy of the own one", "lists", "see lists"),
    ("Rights requests", "what people ask about their own data", "rights", "see rights requests"),
    ("People", "who works here, their roles and teams", "people", "see people"),
    ("Connections", "shops and desks that send what happens there", "connections", "see settings"),
    ("Switch", "the telephony that is asked to pause a recording", "switch", "see settings"),
    ("Evidence", "the log's keys, and who watches it", "evidence", "see evidence"),
    ("The API", "what machines may ask, and how", "api", "open the console"),
)


@needs("see settings")
@require_safe
@never_cache
def settings(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    places = [(name, about, reverse(url)) for name, about, url, deed in ELSEWHERE if may(asks, deed)]
    packs = judging().rulebook.packs
    told = {
        "Version": version("clearline"),
        "Database": _database(),
        "Name of the log": keys().ring.origin,
        "Addresses": ", ".join(configured.ALLOWED_HOSTS),
        "Encrypted on the way": "yes" if configured.SECURE else "no: for a try on this machine only",
        "Own packs": ", ".join(name for name, pack in packs.items() if pack.root == configured.HOME.packs)
        or "none",
        "Longest session": f"{configured.SESSION_COOKIE_AGE // 3600} hours",
    }
    return render(request, "record/settings.html", {"places": places, "told": told})


def _database() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}, in the home of this installation"
    major, minor = divmod(connection.pg_version, 10_000)  # type: ignore[attr-defined] # PostgreSQL's
    return f"PostgreSQL {major}.{minor}"
