"""Addresses of the shop's questions."""

from django.urls import path

from clearline.record.shop import views

urlpatterns = [
    path("", views.shop, name="shop"),
    path("answers/", views.shop_answers, name="shop_answers"),
]
