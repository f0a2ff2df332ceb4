"""Addresses of people."""

from django.urls import path

from clearline.people import own_views, views

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path("looked/", views.looks, name="looks"),
    path("welcome/", views.welcome, name="welcome"),
    path("me/", own_views.me, name="me"),
    path("me/tokens/", own_views.own_tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", own_views.revoke, name="revoke_token"),
    path("<uuid:uid>/", views.person, name="person"),
    path("<uuid:uid>/change/", views.change, name="change_person"),
    path("<uuid:uid>/confirm/", views.confirm, name="confirm_role"),
    path("<uuid:uid>/invite/", views.invite_again, name="invite_again"),
    path("<uuid:uid>/leave/", views.leave, name="person_leaves"),
    path("<uuid:uid>/return/", views.come_back, name="person_returns"),
]
