"""Addresses of scrubs."""

from django.urls import path

from clearline.gate.scrubs import views

urlpatterns = [
    path("", views.scrubs, name="scrubs"),
    path("<uuid:uid>/clean/", views.scrub_file, name="scrub_file"),
    path("<uuid:uid>/report/", views.scrub_report, name="scrub_report"),
]
