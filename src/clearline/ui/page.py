"""What every page of the console is given beside its own content."""

from functools import partial
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clearline.ui.display import THEMES, theme_of
from clearline.ui.navigation import account_entries, main_entries

VERSION = version("clearline")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor; the links are looked up only where a template asks for them."""
    return {
        "theme": theme_of(request),
        "themes": THEMES,
        "main_links": partial(main_entries, request),
        "account_links": partial(account_entries, request),
        "version": VERSION,
        "demo": settings.DEMO,
    }
