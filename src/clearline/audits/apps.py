"""Names the app to Django."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "clearline.audits"
