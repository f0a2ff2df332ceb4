"""Names the app to Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "clearline.record"
