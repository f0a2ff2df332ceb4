"""Addresses of the gate's pages."""

from django.urls import path

from clearline.gate.views import campaigns, checking, consents, decisions, overrides

urlpatterns = [
    path("", checking.check, name="gate"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<slug:decision>/", decisions.decision, name="decision"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<path:campaign>/", campaigns.campaign, name="campaign"),
    path("consents/", consents.consents, name="consents"),
    path("overrides/", overrides.overrides, name="overrides"),
    path("overrides/new/", overrides.ask, name="ask_override"),
    path("overrides/<slug:override>/", overrides.override, name="override"),
    path("overrides/<slug:override>/decide/", overrides.decide, name="decide_override"),
]
