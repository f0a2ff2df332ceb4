"""Addresses of keeping and of holds."""

from django.urls import path

from clearline.record.retention import views

urlpatterns = [
    path("", views.retention, name="retention"),
    path("decide/", views.decide, name="retention_decide"),
    path("due/", views.due, name="retention_due"),
    path("delete/", views.delete, name="retention_delete"),
    path("holds/", views.holds, name="holds"),
    path("holds/place/", views.place_hold, name="place_hold"),
    path("holds/<uuid:uid>/release/", views.release_hold, name="release_hold"),
]
