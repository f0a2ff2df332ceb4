"""What workers of the gate do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.gate.lists.queries import LOAD
from clearline.gate.lists.tasks import loading
from clearline.gate.scrubs.tasks import FORGET, SCRUB, forgetting, scrubbing
from clearline.record.jobs import Kind

KINDS: Mapping[str, Kind] = {LOAD: loading, SCRUB: scrubbing, FORGET: forgetting}
