"""Names the app to Django."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "clearline.live"
