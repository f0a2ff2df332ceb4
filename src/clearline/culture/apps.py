"""Names the app to Django."""

from django.apps import AppConfig


class CultureConfig(AppConfig):
    name = "clearline.culture"
