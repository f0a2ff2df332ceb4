"""All addresses of the console."""

from django.urls import include, path

from clearline.audits.views import registers
from clearline.culture.speakup.urls import public as speaking_up
from clearline.evidence.pages import Above
from clearline.evidence.urls import exporting, seeing
from clearline.gate.api import router as gate
from clearline.gate.api_for_dialers import PATHS, SHAPES
from clearline.gate.own_list.api import router as own_list
from clearline.gate.views.home import before_the_call
from clearline.intake.queries import connected
from clearline.live.api_for_bots import PATHS as BOTS
from clearline.live.api_for_bots import SHAPES as OF_BOTS
from clearline.people.needs import under
from clearline.record.api.description import beside
from clearline.record.api.routes import api
from clearline.record.openings import chosen, seen_by
from clearline.record.recordings.described import PATHS as RECORDINGS
from clearline.record.recordings.described import SHAPES as OF_RECORDINGS
from clearline.record.urls import pages
from clearline.review.coverage.api import router as coverage
from clearline.review.triage.api import router as triage
from clearline.review.triage.home import people_say
from clearline.training.home import reminded
from clearline.ui.urls import urlpatterns as ui

above = Above(seen_by, chosen)
api.add_router("/gate", own_list)
api.add_router("/gate", gate)
api.add_router("/coverage", coverage)
api.add_router("", triage)
beside(PATHS, SHAPES)
beside(BOTS, OF_BOTS)
beside(RECORDINGS, OF_RECORDINGS)
urlpatterns = [
    path("account/", include("clearline.people.account_urls")),
    path("style/", include(under("open the console", ui))),
    path("people/", include("clearline.people.urls")),
    path("evidence/", include(under("see evidence", seeing(above)))),
    path("evidence/", include(under("export evidence", exporting(above)))),
    path("api/", include("clearline.record.api.urls")),
    path("gate/lists/", include("clearline.gate.lists.urls")),
    path("gate/own-list/", include("clearline.gate.own_list.urls")),
    path("gate/scrubs/", include("clearline.gate.scrubs.urls")),
    path("gate/", include("clearline.gate.urls")),
    path("live/", include("clearline.live.urls")),
    path("findings/", include("clearline.review.triage.urls")),
    path("review/", include("clearline.review.urls")),
    path("audits/registers/", registers.registers, name="registers"),
    path("audits/registers/processing/", registers.processing, {"recipients": connected}, name="processing"),
    path("audits/registers/decisions/", registers.decided, name="decided"),
    path("audits/", include("clearline.audits.urls")),
    path("outlook/", include("clearline.outlook.urls")),
    path("training/", include("clearline.training.urls")),
    path("speak-up/", include(speaking_up)),
    path("culture/", include("clearline.culture.urls")),
    path("settings/switch/", include("clearline.live.switches.urls")),
    path("settings/connections/", include("clearline.intake.urls")),
    path("", include(pages(before_the_call, people_say, reminded))),
]
handler500 = "clearline.ui.errors.failed"
