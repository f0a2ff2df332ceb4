"""Names the app to Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "clearline.ui"
