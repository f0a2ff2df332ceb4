"""Addresses of running calls."""

from django.urls import path

from clearline.live import views

urlpatterns = [
    path("", views.live, name="live"),
    path("panel/", views.panel, name="panel"),
    path("panel/stream/", views.panel_stream, name="panel_stream"),
    path("wall/", views.wall, name="wall"),
    path("wall/stream/", views.wall_stream, name="wall_stream"),
    path("calls/<path:call>/stream/", views.call_stream, name="live_call_stream"),
    path("calls/<path:call>/note/", views.note, name="live_note"),
    path("calls/<path:call>/aside/", views.aside, name="live_aside"),
    path("calls/<path:call>/", views.call, name="live_call"),
]
