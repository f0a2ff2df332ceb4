"""Addresses of the pages of culture."""

from django.urls import URLPattern, URLResolver, include, path

from clearline.culture.views import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.culture, name="culture"),
    path("speak-up/", include("clearline.culture.speakup.urls")),
]
