"""The peers' side, in their own environment: requests come as JSON lines, answers say CPU seconds and what was found."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]


def answer(prepare: Callable[[Request], Callable[[Request], Any]]) -> None:
    """The first line prepares, every further one is measured; what a peer itself prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    with contextlib.redirect_stdout(sys.stderr):
        run = prepare(json.loads(sys.stdin.readline()))
        print("{}", file=answers, flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            begun = time.process_time()
            found = run(request)
            seconds = time.process_time() - begun
            print(json.dumps({"seconds": seconds, "found": found}), file=answers, flush=True)
