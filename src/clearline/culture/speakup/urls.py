"""Addresses of speaking up: the public pages, and those of the console."""

from django.urls import path

from clearline.culture.speakup import holders, inside, outside

public = [
    path("", outside.welcome, name="speak_up"),
    path("write/", outside.write, name="speak_up_write"),
    path("read/", outside.read, name="speak_up_read"),
]
urlpatterns = [
    path("", inside.inbox, name="speak_up_inbox"),
    path("unlock/", inside.unlock, name="speak_up_unlock"),
    path("lock/", inside.lock, name="speak_up_lock"),
    path("key/", holders.key, name="speak_up_key"),
    path("holders/", holders.holders, name="speak_up_holders"),
    path("holders/appoint/", holders.appoint, name="speak_up_appoint"),
    path("holders/<int:holder>/release/", holders.release, name="speak_up_release"),
    path("holders/<int:holder>/let-in/", holders.let_in, name="speak_up_let_in"),
    path("figures/", holders.figures, name="speak_up_figures"),
    path("<uuid:report>/", inside.case, name="speak_up_case"),
    path("<uuid:report>/step/", inside.case_step, name="speak_up_step"),
    path("<uuid:report>/file/<int:number>/<int:place>/", inside.case_file, name="speak_up_file"),
]
