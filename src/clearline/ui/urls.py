"""Addresses of the style page."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
