"""Addresses of the record's pages; what only rooms above know is handed in."""

from django.urls import URLPattern, URLResolver, include, path

from clearline.record.views import calls, contacts, duties, home, orders, rules, settings, sounds


def pages(*beside: home.Beside) -> list[URLPattern | URLResolver]:
    """All of them; `beside` is what else stands on somebody's own page."""
    return [path("", home.home, {"beside": beside}, name="home"), *_PAGES]


_PAGES: list[URLPattern | URLResolver] = [
    path("calls/", calls.calls, name="calls"),
    path("calls/<path:call>/", calls.call, name="call"),
    path("recordings/<uuid:recording>/muted.wav", sounds.muted, name="muted_copy"),
    path("duties/", duties.duties, name="duties"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<int:contact>/", contacts.contact, name="contact"),
    path("contacts/<int:contact>/points/<int:point>/", contacts.point, name="contact_point"),
    path("orders/<path:order>/", orders.order, name="order"),
    path("subscriptions/<path:subscription>/", orders.subscription, name="subscription"),
    path("shop/", include("clearline.record.shop.urls")),
    path("retention/", include("clearline.record.retention.urls")),
    path("rights/", include("clearline.record.rights.urls")),
    path("settings/", settings.settings, name="settings"),
    path("rules/", rules.rules, name="rules"),
    path("rules/coverage/", rules.coverage, name="coverage"),
    path("rules/<slug:rule>/", rules.rule, name="rule"),
]
