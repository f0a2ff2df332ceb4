"""Addresses of the pages of audits."""

from django.urls import include, path

from clearline.audits.views import actions, audits

urlpatterns = [
    path("", audits.audits, name="audits"),
    path("programme/", include("clearline.audits.programme.urls")),
    path("plan/", audits.plan_audit, name="plan_audit"),
    path("actions/", actions.actions, name="actions"),
    path("actions/open/", actions.open_action, name="open_action"),
    path("actions/<slug:action>/", actions.action, name="action"),
    path("actions/<slug:action>/step/", actions.action_step, name="action_step"),
    path("<slug:audit>/", audits.audit, name="audit"),
    path("<slug:audit>/step/", audits.audit_step, name="audit_step"),
    path("<slug:audit>/report/", audits.audit_report, name="audit_report"),
    path("<slug:audit>/pack/", audits.audit_pack, name="audit_pack"),
    path("<slug:audit>/nonconformity/", audits.nonconformity, name="nonconformity"),
    path("<slug:audit>/calls/<path:call>/", audits.paper_of, name="audit_paper"),
]
