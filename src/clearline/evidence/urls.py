"""Addresses of evidence; what only rooms above know is handed in."""

from django.urls import URLPattern, path

from clearline.evidence import views
from clearline.evidence.pages import Above


def seeing(above: Above) -> list[URLPattern]:
    """What anyone may see to whom the log is shown."""
    told = {"above": above}
    return [
        path("", views.overview, name="evidence"),
        path("entries/", views.entries, told, name="evidence_entries"),
        path("entries/<int:index>/", views.entry, told, name="evidence_entry"),
        path("entries/<int:index>/proof/", views.proof, told, name="evidence_proof"),
        path("growth/", views.growth, name="evidence_growth"),
        path("checkpoint/", views.checkpoint, name="evidence_checkpoint"),
        path("log.vkey/", views.ring, name="evidence_keys"),
        path("clearline_verify.py/", views.program, name="evidence_program"),
    ]


def exporting(above: Above) -> list[URLPattern]:
    """What hands content out."""
    return [path("export/", views.export, {"above": above}, name="evidence_export")]
