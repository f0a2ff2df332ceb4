"""Addresses of the style page and of one's own display."""

from django.urls import path

from clearline.ui import views

urlpatterns = [
    path("", views.style, name="style"),
    path("display/", views.display, name="display"),
    path("shown/", views.shown, name="style_shown"),
]
