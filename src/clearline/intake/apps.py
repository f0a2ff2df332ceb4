"""Names the app to Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "clearline.intake"
