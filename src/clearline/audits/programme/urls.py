"""Addresses of the programme's pages."""

from django.urls import path

from clearline.audits.programme import views

urlpatterns = [
    path("", views.programme, name="programme"),
    path("changes/", views.changing, name="changing_law"),
    path("harbour/", views.safe_harbour, name="safe_harbour"),
    path("controls/<slug:control>/", views.control, name="control"),
    path("<str:obligation>/", views.obligation, name="obligation"),
]
