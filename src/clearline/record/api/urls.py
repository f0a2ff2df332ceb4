"""Addresses of the API."""

from django.urls import path

from clearline.record.api import views
from clearline.record.api.routes import api

urlpatterns = [
    path("", views.page, name="api"),
    path("openapi.json", views.openapi, name="openapi"),
    path("", api.urls),
    path("<path:rest>", views.nowhere, name="api_nowhere"),
]
