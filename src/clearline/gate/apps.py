"""Names the app to Django."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "clearline.gate"
