"""Pages of a shop with a long past, each asked for by each role: how long the server takes for one.

`clearline demo --size year --load-only --home year` makes the home, in an hour or two; `python -m bench.pages year`.
"""

import argparse
import os
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

from bench.measuring import table

ROUNDS, SHOWN = 5, 8
ROLES = ("officer", "supervisor", "agent", "auditor", "analyst", "administrator")
LISTS = (
    "/",
    "/calls/",
    "/calls/?found=findings",
    "/calls/?sort=-length",
    "/calls/?direction=outbound&purpose=marketing",
    "/findings/",
    "/findings/?found=questions",
    "/findings/?found=withdrawn",
    "/duties/",
    "/duties/?when=open",
    "/contacts/",
    "/rules/",
    "/evidence/",
    "/evidence/entries/",
    "/evidence/entries/?kind=look",
    "/people/",
    "/shop/",
    "/settings/",
    "/retention/",
    "/rights/",
    "/gate/",
    "/gate/decisions/",
    "/gate/decisions/?answer=deny",
    "/gate/campaigns/",
    "/gate/consents/",
    "/gate/consents/?stands=no",
    "/gate/lists/",
    "/gate/own-list/",
    "/gate/overrides/",
)
SEARCHED = ("jo", "qqq", "+1415", "555", "jane@")
REFUSED = (403, 404)


class Took(NamedTuple):
    """Milliseconds of one page, medians."""

    wall: float
    cpu: float
    page: str


def measured(client: Any, page: str, words: str = "") -> Took | None:
    """One page, or a search for words; None where the role may not see it."""
    walls, cpus = [], []
    for turn in range(ROUNDS + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = client.post(page, {"words": words}) if words else client.get(page)
        if answer.status_code in REFUSED:
            return None
        if answer.status_code != 200:
            raise SystemExit(f"{page}: answered {answer.status_code}; try it in a browser")
        if turn:  # the first one fills caches
            walls.append((time.perf_counter() - wall) * 1_000)
            cpus.append((time.process_time() - cpu) * 1_000)
    name = f"{page} for “{words}”" if words else page
    return Took(statistics.median(walls), statistics.median(cpus), name)


def of_role(role: str) -> list[Took]:
    """All pages that somebody of a role may see, the slowest first."""
    from django.test import Client  # noqa: PLC0415 # Django is started by then

    from clearline.people.models import Person  # noqa: PLC0415
    from clearline.record.queries import reach  # noqa: PLC0415

    person = Person.objects.filter(role=role, is_active=True).order_by("pk")[0]
    client = Client()
    client.force_login(person)
    calls = reach.calls(person).filter(findings__gt=0).exclude(contact=None).select_related("timeline")
    found = [measured(client, page) for page in LISTS]
    found += [measured(client, "/contacts/", words) for words in SEARCHED]
    for call in calls.order_by("-started")[50:51]:
        rule, uid = call.timeline.findings.filter(withdrawn=None).values_list("rule", "uid")[0]
        named = {
            "a call": f"/calls/{call.timeline.subject}/",
            "a contact": f"/contacts/{call.contact_id}/",
            "a finding": f"/findings/{uid}/",
            "a rule": f"/rules/{rule}/",
            "calls that break a rule": f"/calls/?rule={rule}",
            "findings of a rule": f"/findings/?rule={rule}",
        }
        took = {name: measured(client, page) for name, page in named.items()}
        found += [one and one._replace(page=name) for name, one in took.items()]
    return sorted((one for one in found if one), reverse=True)


def main() -> None:
    """Prints the slowest pages of each role."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", type=Path)
    home = asked.parse_args().home.resolve()
    os.environ.update(CLEARLINE_HOME=str(home), CLEARLINE_PLAIN_HTTP="yes")
    from clearline.config.starting import start  # noqa: PLC0415 # it reads the home

    start()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    rows = []
    for role in ROLES:
        took = of_role(role)
        rows += [(role, one.page, f"{one.wall:.0f}", f"{one.cpu:.0f}") for one in took[:SHOWN]]
        wall, cpu = (
            statistics.median(some) for some in ([one.wall for one in took], [one.cpu for one in took])
        )
        rows.append((role, f"the median of {len(took)}", f"{wall:.0f}", f"{cpu:.0f}"))
    print(table(("role", "page", "wall ms", "CPU ms"), rows))
    print(f"load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
