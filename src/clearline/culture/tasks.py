"""What workers of culture do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.culture.speakup.emptying import EMPTY, emptying
from clearline.record.jobs import Kind

KINDS: Mapping[str, Kind] = {EMPTY: emptying}
