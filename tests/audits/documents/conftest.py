"""An audit that has something of everything."""

from dataclasses import replace

import pytest

from clearline.audits.documents.told import Action, Audit, Criterion, Draw, Looked, Nonconformity, Proof
from clearline.engine.events import SECOND
from clearline.statistics.intervals import Estimate

DAY = 86_400 * SECOND
TOLD = 1_790_000_000 * SECOND
TYPED = 'It was left out. #panic("no") *bold* $x$ \\ [ ] <b> "quoted" Grüße'


@pytest.fixture
def audit() -> Audit:
    action = Action("act-1", "Put the notice back", "Bob Helps", TOLD + 30 * DAY, "open", "", None)
    return Audit(
        uid="AU-2026-03",
        title="Recording notices in sales calls",
        state="closed",
        period=(TOLD - 90 * DAY, TOLD - DAY),
        scope="Sales calls to California",
        teams=["Sales US"],
        auditors=[("7f3e", "Mira Okafor")],
        due=TOLD,
        closed=TOLD,
        criteria=[
            Criterion(
                "us-ca-recording",
                "Tell that it is recorded",
                "Cal. Penal Code 632.7",
                True,
                ["recording-notice"],
            ),
            Criterion("us-tsr-calling-hours", "Ring at lawful hours", "16 CFR 310.4(c)", False, []),
        ],
        draw=Draw(4_120, "ab" * 32, "cd" * 16, TOLD - 3 * DAY, TOLD - 2 * DAY, 3, "simple", 0.01, 0.95, 0),
        sample=[
            Looked("c-1", "Sales US", "nonconforming", TYPED, TOLD - DAY),
            Looked("c-2", "Sales US", "conforming", "", TOLD - DAY),
            Looked("c-3", "", "", "", None),
        ],
        estimate=Estimate(0.01, 0.001, 0.034),
        claim="That fewer than 1 % are in breach was not shown.",
        nonconformities=[
            Nonconformity(
                1, "The notice is missing", "major", "us-ca-recording", TYPED, ["c-1"], TOLD, [action]
            )
        ],
        proof=Proof("shop.example/log", 41_207, "9f" * 32),
        version="2026-11-30 1a2b",
        told=TOLD,
    )


@pytest.fixture
def bare(audit: Audit) -> Audit:
    """An audit that was planned, and no more."""
    return replace(
        audit,
        state="planned",
        auditors=[],
        teams=[],
        closed=None,
        criteria=[],
        draw=None,
        sample=[],
        estimate=None,
        claim="",
        nonconformities=[],
        proof=None,
    )
