"""Coroutines run from tests that share their thread with a browser."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def alone(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs it in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()
