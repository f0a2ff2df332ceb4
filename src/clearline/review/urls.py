"""Addresses of the pages of review."""

from django.urls import path

from clearline.review.policy import views as policy

urlpatterns = [
    path("own-rules/", policy.own_rules, name="own_rules"),
    path("own-rules/new/", policy.new_rule, name="new_rule"),
    path("own-rules/<slug:draft>/", policy.own_rule, name="own_rule"),
    path("own-rules/<slug:draft>/edit/", policy.edit_rule, name="edit_rule"),
    path("own-rules/<slug:draft>/step/", policy.own_rule_step, name="own_rule_step"),
    path("own-rules/<slug:draft>/back-test/", policy.back_test, name="back_test"),
    path("own-rules/<slug:draft>/back-tests/", policy.back_tests, name="back_tests"),
    path("own-rules/<slug:draft>/phrases/", policy.phrases, name="phrases"),
]
