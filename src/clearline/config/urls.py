"""All addresses of the console."""

from django.urls import include, path

from clearline.evidence.pages import Above
from clearline.evidence.urls import exporting, seeing
from clearline.people.needs import under
from clearline.record.openings import chosen, seen_by
from clearline.ui.urls import urlpatterns as ui

above = Above(seen_by, chosen)
urlpatterns = [
    path("account/", include("clearline.people.account_urls")),
    path("style/", include(under("open the console", ui))),
    path("people/", include("clearline.people.urls")),
    path("evidence/", include(under("see evidence", seeing(above)))),
    path("evidence/", include(under("export evidence", exporting(above)))),
    path("api/", include("clearline.record.api.urls")),
    path("gate/", include("clearline.gate.urls")),
    path("settings/connections/", include("clearline.intake.urls")),
    path("", include("clearline.record.urls")),
]
handler500 = "clearline.ui.errors.failed"
