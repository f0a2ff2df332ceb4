"""Names the app to Django."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    name = "clearline.outlook"
