"""Where the record is kept: SQLite in the home, or PostgreSQL by a URL."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from clearline.config.home import Home
from clearline.engine.errors import ClearlineError

# FULL: with NORMAL acknowledged rows are lost at a power cut. IMMEDIATE: a deferred transaction that reads and then
# writes fails under load instead of waiting. AUTOCHECKPOINT: what is committed is moved out of the write-ahead log every
# 32 MB; every 4 MB, as it is otherwise, one commit of 25 waits for it.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-64000; PRAGMA wal_autocheckpoint=8000"
    ),
}

# A server that vanished in the middle of a transaction must not keep the lock on the log; one that hangs is given up.
POSTGRESQL = {
    "connect_timeout": "5",
    "tcp_user_timeout": "20000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",
}


class DatabaseError(ClearlineError):
    """The address of the database can't be understood."""


def database(url: str, home: Home) -> dict[str, Any]:
    """Django's settings for the database at `postgresql://user:password@host:port/name`, or for that in the home."""
    if not url:
        home.make()
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home.database,
            "OPTIONS": SQLITE,
            "TEST": {"NAME": home.path / "test.sqlite3"},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise DatabaseError(
            "CLEARLINE_DATABASE_URL is no address of a PostgreSQL database. "
            "Write postgresql://user:password@host:5432/name"
        )
    options = {**POSTGRESQL, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
