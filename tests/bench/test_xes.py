"""Event logs in XES: traces are read as they stand, judged by sentences, and refused where they could harm."""

import gzip
from pathlib import Path

import pytest
from bench.lines import Status
from bench.xes import Names, XesError, judged, program, traces

from clearline.engine.errors import RuleError

LOG = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="nobody"/></global>
  <trace>
    <string key="concept:name" value="good"/>
    <event><string key="concept:name" value="Ship goods"/>
      <string key="org:resource" value="Kim"><string key="concept:name" value="nested"/></string>
      <date key="time:timestamp" value="2026-01-05T10:00:00+01:00"/></event>
    <event><string key="concept:name" value="Send invoice"/>
      <date key="time:timestamp" value="2026-01-06T10:00:00.000+01:00"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="bad"/>
    <event><string key="concept:name" value="Send invoice"/>
      <date key="time:timestamp" value="2026-01-05T10:00:00"/></event>
    <event><string key="concept:name" value="Ship goods"/>
      <date key="time:timestamp" value="2026-01-05T09:00:00"/></event>
    <event><string key="concept:name" value="Close"/>
      <date key="time:timestamp" value="2026-03-05T10:00:00"/></event>
  </trace>
  <trace><string key="concept:name" value="empty"/></trace>
</log>
"""
RULES = """\
[rules]
RESPONSE = 'require "Send invoice" after "Ship goods"'
SOON = 'require activity.Send_invoice within 2d after activity.Ship_goods'
PRECEDENCE = 'require "Ship goods" before "Send invoice"'
BY_KIM = "limit (activity.Ship_goods where data.org_resource == 'Kim') to 1"
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, "utf-8")
    return path


def log(folder: Path, text: str = LOG) -> Path:
    path = folder / "log.xes"
    path.write_text(text, "utf-8")
    return path


def test_every_trace_is_judged_by_every_rule(tmp_path: Path, rules: Path) -> None:
    names = Names()
    compiled = program(rules, names)
    found = {trace.name: judged(compiled, trace, names) for trace in traces(log(tmp_path))}
    assert found["good"] == dict.fromkeys(("RESPONSE", "SOON", "PRECEDENCE", "BY_KIM"), Status("ok"))
    assert found["bad"]["RESPONSE"] == Status(
        "violated", 3
    )  # the trace ended, after three events, without it
    assert found["bad"]["SOON"] == Status("violated", 2)  # the deadline passed after two
    assert found["bad"]["PRECEDENCE"] == Status("violated", 0)
    assert found["empty"] == dict.fromkeys(("RESPONSE", "SOON", "PRECEDENCE", "BY_KIM"), Status("na"))


def test_a_packed_log_reads_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(gzip.compress(LOG.encode()))
    assert list(traces(packed)) == list(traces(log(tmp_path)))


def test_attributes_of_attributes_and_of_the_log_are_no_events(tmp_path: Path) -> None:
    first = next(traces(log(tmp_path)))
    assert [event["concept:name"] for event in first.events] == ["Ship goods", "Send invoice"]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    text = LOG.replace("<log ", '<!DOCTYPE log [<!ENTITY a "b">]>\n<log ')
    with pytest.raises(XesError, match="declares a document type"):
        list(traces(log(tmp_path, text)))


def test_two_activities_that_would_be_one_type_are_refused() -> None:
    names = Names()
    assert names.type("1st call") == "activity._1st_call"
    with pytest.raises(XesError, match="`1st call` and `1st-call`"):
        names.type("1st-call")


def test_a_sentence_that_says_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('[rules]\nX = "require activity.A sometimes"', "utf-8")
    with pytest.raises(RuleError, match="expected the end"):
        program(path, Names())
