"""Addresses of the record's pages."""

from django.urls import path

from clearline.record import views

urlpatterns = [path("", views.home, name="home")]
