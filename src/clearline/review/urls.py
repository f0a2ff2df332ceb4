"""Addresses of the pages of review."""

from django.urls import path

from clearline.review.coverage import views as coverage
from clearline.review.policy import views as policy
from clearline.review.views import agreement, cards, grades, grading, samples

urlpatterns = [
    path("coverage/", coverage.days, name="days"),
    path("coverage/add/", coverage.add_records, name="add_records"),
    path("coverage/<slug:day>/", coverage.day, name="day"),
    path("grades/", grades.grades, name="grades"),
    path("grades/<slug:grade>/", grades.grade, name="grade"),
    path("grades/<slug:grade>/release/", grades.release, name="release_grade"),
    path("grades/<slug:grade>/set-aside/", grades.set_aside, name="set_aside_grade"),
    path("grades/<slug:grade>/hand-over/", grades.hand_over, name="hand_over_grade"),
    path("queue/", grading.queue, name="queue"),
    path("queue/<slug:grade>/", grading.grade_call, name="grade_call"),
    path("calibrations/new/", grades.open_calibration, name="open_calibration"),
    path("samples/", samples.samples, name="samples"),
    path("samples/new/", samples.new_sample, name="new_sample"),
    path("samples/<slug:sample>/", samples.sample, name="sample"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("machine/", agreement.machine, name="machine"),
    path("scorecards/", cards.scorecards, name="scorecards"),
    path("scorecards/<slug:card>/", cards.scorecard, name="scorecard"),
    path("own-rules/", policy.own_rules, name="own_rules"),
    path("own-rules/new/", policy.new_rule, name="new_rule"),
    path("own-rules/<slug:draft>/", policy.own_rule, name="own_rule"),
    path("own-rules/<slug:draft>/edit/", policy.edit_rule, name="edit_rule"),
    path("own-rules/<slug:draft>/step/", policy.own_rule_step, name="own_rule_step"),
    path("own-rules/<slug:draft>/back-test/", policy.back_test, name="back_test"),
    path("own-rules/<slug:draft>/back-tests/", policy.back_tests, name="back_tests"),
    path("own-rules/<slug:draft>/phrases/", policy.phrases, name="phrases"),
]
