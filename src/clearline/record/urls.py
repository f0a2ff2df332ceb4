"""Addresses of the record's pages."""

from django.urls import path

from clearline.record.views import home

urlpatterns = [path("", home.home, name="home")]
