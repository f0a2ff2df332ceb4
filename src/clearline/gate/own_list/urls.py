"""Addresses of the own list."""

from django.urls import path

from clearline.gate.own_list import views

urlpatterns = [
    path("", views.own_list, name="own_list"),
    path("contacts/<int:contact>/", views.ask_not_to_call, name="ask_not_to_call"),
]
