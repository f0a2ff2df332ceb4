"""Starts Django for a command or a server."""

import os

import django


def start() -> None:
    """Makes models and settings usable; call it before anything that needs them is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearline.config.settings")
    django.setup()
