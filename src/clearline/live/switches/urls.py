"""Addresses of the switch's page."""

from django.urls import path

from clearline.live.switches import views

urlpatterns = [
    path("", views.switch, name="switch"),
    path("connect/", views.connect, name="connect_switch"),
    path("try/", views.try_out, name="try_switch"),
    path("remove/", views.remove, name="remove_switch"),
]
