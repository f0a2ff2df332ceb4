"""Addresses of findings."""

from django.urls import path

from clearline.review.triage import views

urlpatterns = [
    path("", views.findings, name="findings"),
    path("queue/", views.queue, name="to_decide"),
    path("disputes/", views.disputes, name="disputes"),
    path("<slug:finding>/", views.finding, name="finding"),
    path("<slug:finding>/step/", views.finding_step, name="finding_step"),
    path("<slug:finding>/dispute/", views.dispute, name="dispute"),
]
