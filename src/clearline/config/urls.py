"""All addresses of the console."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("style/", include("clearline.ui.urls")),
    path("people/", include("clearline.people.urls")),
    path("evidence/", include("clearline.evidence.urls")),
    path("", include("clearline.record.urls")),
]
