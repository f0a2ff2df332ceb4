"""Names the app to Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "clearline.evidence"
