"""A small pack that is right in everything, and a way to write packs to disk."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Files = Mapping[str, str]

PACK = """\
title = "Recording"
about = "What is said about recording."
jurisdictions = ["US"]

[sources.S1]
title = "Penal Code"
primary = true
"""

SIGNALS = """\
[recording_notice]
title = "The call is said to be recorded"
by = "agent"
phrases = ["call (is|may be) [being] recorded"]
unless = ["not [being] recorded", "call is not"]
examples = ["Hi, this call is recorded.", "This call may be recorded."]
near_misses = ["This call is not recorded."]
"""

RULE = """\
title = "Tell the customer that the call is recorded"
cites = ["Penal Code 632"]
on = "call"
when = "call.recorded && 'US' in call.places"
rule = "require recording_notice within 30s of call.answered"
severity = "serious"
prompt = "Say that this call is recorded."
from = 2011-01-01
to = 2027-01-31
status = "checked"
sources = ["S1"]

[[example]]
title = "told after four seconds"
facts = { call = { recorded = true, places = ["US"] } }
events = ["0 call.answered", "4 agent: Hi, this call is recorded.", "60 call.ended"]
is = "kept"

[[example]]
title = "never told"
facts = { call = { recorded = true, places = ["US"] } }
events = ["0 call.answered", "9 agent: How can I help?", "60 call.ended"]
is = "broken at 30"
"""

GOOD = {"us/pack.toml": PACK, "us/signals.toml": SIGNALS, "us/rules/recording-notice.toml": RULE}


@pytest.fixture
def good() -> dict[str, str]:
    """The files of a pack without a fault."""
    return dict(GOOD)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Files], Path]:
    """Writes files below a folder of packs; the folder."""

    def written(files: Files) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return written
