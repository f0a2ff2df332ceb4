"""Where somebody speaks.

Silero's model says for each 32 ms how likely that is. faster-whisper carries it, and onnxruntime runs a minute of it at a time:
measured, 17 to 20 times as quick as the same model in ggml, which takes one window a call (`bench/RESULTS.md`).
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from clearline.speech.errors import NotInstalled
from clearline.speech.installed import INSTALL
from clearline.speech.rates import resampled
from clearline.speech.sound import Samples, Seconds, Span

RATE: Final = 16_000
WINDOW: Final = 512  # samples
BEFORE: Final = 64  # samples of the window before that the model sees again
AT_ONCE: Final = 1_875  # windows: a minute
BEGINS: Final = 0.5  # how likely somebody speaks who begins to
ENDS: Final = 0.35  # and who stops
PAUSE: Final = 0.3  # seconds of a pause within a span
SHORTEST: Final = 0.1  # seconds
MARGIN: Final = 0.1  # seconds that are added on both sides: words begin and end softly
NOTHING: Final = 10 ** (-70 / 20)  # level below which nobody is heard, whatever the model makes of it

MODEL: Final = "silero_vad_v6.onnx"


def spoken(samples: Samples, rate: int) -> list[Span]:
    """Where somebody speaks in a channel: spans in order and apart."""
    likely = likelihoods(samples, rate)
    runs = _joined(_runs(likely))
    end = len(samples) / rate
    spans: list[Span] = []
    for first, after in runs:
        start = max(0.0, first * WINDOW / RATE - MARGIN)
        span = Span(start, min(end, after * WINDOW / RATE + MARGIN))
        if spans and span.start <= spans[-1].end:
            span = Span(spans.pop().start, span.end)
        spans.append(span)
    return spans


def likelihoods(samples: Samples, rate: int) -> NDArray[np.float32]:
    """How likely somebody speaks, for each 32 ms."""
    at_16k = resampled(samples, rate, RATE)
    count = -(-len(at_16k) // WINDOW)
    padded = np.zeros(BEFORE + count * WINDOW, np.float32)
    padded[BEFORE : BEFORE + len(at_16k)] = at_16k
    memory = {"h": np.zeros((1, 1, 128), np.float32), "c": np.zeros((1, 1, 128), np.float32)}
    told = [np.zeros(0, np.float32)]
    for start in range(0, count, AT_ONCE):
        part = padded[start * WINDOW : (start + AT_ONCE) * WINDOW + BEFORE]
        some = np.ascontiguousarray(sliding_window_view(part, BEFORE + WINDOW)[::WINDOW])
        likely, memory["h"], memory["c"] = _model().run(None, {"input": some, **memory})
        told.append(np.where(np.abs(some).max(axis=1) < NOTHING, np.float32(0), likely.ravel()))
    return np.concatenate(told)


def _runs(likely: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Windows first and after of each stretch that begins above one likelihood and ends below another."""
    first: int | None = None
    for at, value in enumerate(likely.tolist()):
        if first is None and value >= BEGINS:
            first = at
        elif first is not None and value < ENDS:
            yield first, at
            first = None
    if first is not None:
        yield first, len(likely)


def _joined(runs: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs with the short pauses between them; what is still too short to be a word is left out."""
    joined: list[tuple[int, int]] = []
    for first, after in runs:
        if joined and (first - joined[-1][1]) * WINDOW / RATE < PAUSE:
            joined[-1] = joined[-1][0], after
        else:
            joined.append((first, after))
    return [run for run in joined if (run[1] - run[0]) * WINDOW / RATE >= SHORTEST]


def total(spans: list[Span]) -> Seconds:
    """Seconds of all spans together."""
    return sum(span.seconds for span in spans)


@cache
def _model() -> Any:
    package = find_spec("faster_whisper")  # found, not imported: the recogniser behind it is not needed here
    path = Path(package.origin or "").parent / "assets" / MODEL if package else None
    if path is None or not path.exists():
        raise NotInstalled("the model that hears speech is not there", MODEL, f"Install it: {INSTALL}")
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
