"""Addresses of requests about one's own data."""

from django.urls import path

from clearline.record.rights import views

urlpatterns = [
    path("", views.rights, name="rights"),
    path("new/", views.new_request, name="new_rights_request"),
    path("exports/<uuid:uid>/", views.export, name="rights_export"),
    path("<uuid:uid>/", views.rights_request, name="rights_request"),
    path("<uuid:uid>/step/", views.step, name="rights_step"),
    path("<uuid:uid>/answer/", views.answer, name="rights_answer"),
    path("<uuid:uid>/export/", views.make_export, name="make_rights_export"),
    path("<uuid:uid>/erase/", views.erase, name="rights_erase"),
]
