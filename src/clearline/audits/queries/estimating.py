"""What a sample says of all calls, and what may be claimed of them."""

from clearline.audits.models import Audit, Paper
from clearline.statistics.intervals import Estimate
from clearline.statistics.sampling import Drawn, rate


def estimate(audit: Audit) -> Estimate | None:
    """The share of all calls in breach, from those that could be judged; None before any was answered."""
    found = [
        (Drawn(paper.call, paper.likely), paper.answer == Paper.Answer.DOES_NOT)
        for paper in audit.papers.order_by("place")
        if paper.answer in {Paper.Answer.CONFORMS, Paper.Answer.DOES_NOT}
    ]
    if not found or not audit.population:
        return None
    answered = audit.papers.count()
    # Calls that can't be judged are taken to be like the others; the claim below does not rest on that.
    scaled = [(Drawn(one.unit, min(1.0, one.likely * len(found) / answered)), held) for one, held in found]
    return rate(scaled, audit.population, audit.confidence)


SHOWN = "With "  # how a claim begins that the sample bears


def claim(audit: Audit) -> str:
    """What may be claimed: the plan's sentence where the sample bears it, else that it does not.

    A call that can't be judged counts against it.
    """
    against = audit.papers.exclude(answer=Paper.Answer.CONFORMS).count()
    size, wanted = (
        audit.papers.count(),
        f"fewer than {100 * audit.rate:g} % of {audit.population:,} calls are in breach",
    )
    sure = f"{100 * audit.confidence:g} % confidence"
    if against <= audit.accepts and not audit.by_risk:
        return f"{SHOWN}{sure}, {wanted}: of {size:,} calls that were drawn {against:,} did not conform or could not be judged."
    found = estimate(audit)
    if (
        audit.by_risk
        and found is not None
        and found.high < audit.rate
        and not audit.papers.filter(answer=Paper.Answer.UNKNOWN).exists()
    ):
        return f"{SHOWN}{sure}, {wanted}: weighed by how likely each was drawn, the interval ends at {100 * found.high:.1f} %."
    return (
        f"It was not shown that {wanted}: of {size:,} calls that were drawn {against:,} did not conform or could not be judged, "
        f"where the plan accepts {audit.accepts:,}."
    )
