"""Names the app to Django."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "clearline.review"
