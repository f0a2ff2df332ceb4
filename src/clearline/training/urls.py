"""Addresses of the pages of training."""

from django.urls import path

from clearline.training.views import lessons, mine, practice, team, tests
from clearline.training.writing import views as writing

urlpatterns = [
    path("", mine.training, name="training"),
    path("courses/", mine.courses, name="courses"),
    path("courses/<slug:course>/", mine.course, name="course"),
    path("courses/<slug:course>/begin/", tests.begin_test, name="begin_test"),
    path("courses/<slug:course>/require/", team.require_course, name="require_course"),
    path("courses/<slug:course>/<int:lesson>/", mine.lesson, name="lesson"),
    path("tests/<slug:attempt>/", tests.test, name="test"),
    path("certificates/<slug:certificate>/", tests.certificate, name="certificate"),
    path("lessons/<slug:micro>/", lessons.micro_lesson, name="micro_lesson"),
    path("write/", writing.write_course, name="write_course"),
    path("write/<slug:course>/", writing.edit_course, name="edit_course"),
    path("write/<slug:course>/step/", writing.course_step, name="course_step"),
    path("practice/", practice.practice, name="practice"),
    path("team/", team.team_training, name="team_training"),
    path("assign/", team.assign_courses, name="assign_courses"),
    path("assignments/<slug:assignment>/withdraw/", team.withdraw_course, name="withdraw_course"),
]
