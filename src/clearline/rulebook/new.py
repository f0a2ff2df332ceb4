"""The text of a new rule, which works and tells its author what is left to write."""

from clearline.rulebook.definitions import SLUG
from clearline.rulebook.faults import RulebookError

TEXT = """\
# {slug}: the file's name is the rule's id. Every line that begins with TODO is a fault until it is written.
# `clearline rules test` names each of them, with its line.

title    = "TODO: say in one sentence what has to be done"
cites    = ["TODO: name the law, the standard or the policy, as in 16 CFR 310.4(b)"]
on       = "call"                # whose timeline: call, order, contact, agent, campaign, report, organisation
# when   = "call.recorded && 'US-CA' in call.places"     # where the rule applies; leave it out if everywhere
rule     = "require agent_says within 30s of call.answered"   # with the names in signals.toml
severity = "serious"             # critical, serious or minor
prompt   = "TODO: tell the agent what to do while it is due"
status   = "to be confirmed by counsel"                  # checked, once somebody has read the source
sources  = []                    # keys of [sources] in pack.toml
obligations = []                 # rows of the register that it serves
note     = "TODO: say what the rule can't see"

# At least one example keeps the rule and one breaks it. A line is a time in seconds, then who says what, or an event.

[[example]]
title  = "TODO: name what is done rightly here"
events = ["0 call.answered", "4 agent: Hello, this is Dana.", "60 call.ended"]
is     = "kept"

[[example]]
title  = "TODO: name what goes wrong here"
events = ["0 call.answered", "40 agent: Hello?", "60 call.ended"]
is     = "broken at 30"
"""


def new_rule(pack: str, slug: str) -> str:
    """The text of `<pack>/rules/<slug>.toml`; RulebookError where one of the names is no slug."""
    for name in (pack, slug):
        if not SLUG.fullmatch(name):
            raise RulebookError(
                f"`{name}` is no slug: use small letters, digits and -, as in recording-notice"
            )
    return TEXT.format(slug=slug)
