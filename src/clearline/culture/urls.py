"""Addresses of the pages of culture."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("speak-up/", include("clearline.culture.speakup.urls")),
]
