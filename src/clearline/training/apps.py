"""Names the app to Django."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "clearline.training"
