"""Addresses of the connections' pages."""

from django.urls import path

from clearline.intake import views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("new/", views.connect, name="connect"),
    path("of/<slug:connection>/", views.connection, name="connection"),
    path("of/<slug:connection>/secret/", views.rotate, name="rotate_connection"),
    path("of/<slug:connection>/drop/", views.drop, name="drop_older_secret"),
    path("of/<slug:connection>/remove/", views.remove, name="remove_connection"),
]
