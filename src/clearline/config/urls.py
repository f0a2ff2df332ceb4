"""All addresses of the console."""

from django.urls import include, path

from clearline.evidence.urls import urlpatterns as evidence
from clearline.people.needs import under
from clearline.ui.urls import urlpatterns as ui

urlpatterns = [
    path("account/", include("clearline.people.account_urls")),
    path("style/", include(under("open the console", ui))),
    path("people/", include("clearline.people.urls")),
    path("evidence/", include(under("see evidence", evidence))),
    path("", include("clearline.record.urls")),
]
handler500 = "clearline.ui.errors.failed"
