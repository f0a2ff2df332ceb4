"""Addresses of the page of lists."""

from django.urls import path

from clearline.gate.lists import views

urlpatterns = [
    path("", views.lists, name="lists"),
    path("load/", views.load_list, name="load_list"),
    path("<uuid:uid>/confirm/", views.confirm_list, name="confirm_list"),
    path("<uuid:uid>/refuse/", views.refuse_list, name="refuse_list"),
    path("vendors/", views.enter_vendor, name="enter_vendor"),
    path("vendors/<int:pk>/left/", views.leave_vendor, name="leave_vendor"),
]
