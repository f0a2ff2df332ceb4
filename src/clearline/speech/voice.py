"""Where somebody speaks.

Silero's model says for each 32 ms how likely that is. faster-whisper carries it, and onnxruntime runs a minute of it at a time: that is
two to three times as quick as one window a call (`bench/RESULTS.md`), which is how it is asked while people speak.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import onnxruntime
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from clearline.speech.errors import NotInstalled
from clearline.speech.installed import INSTALL
from clearline.speech.rates import WIDE, resampled
from clearline.speech.sound import Samples, Seconds, Span

WINDOW: Final = 512  # samples
SECONDS: Final[Seconds] = WINDOW / WIDE  # of a window
BEFORE: Final = 64  # samples of the window before that the model sees again
AT_ONCE: Final = 1_875  # windows: a minute
NOTHING: Final = 10 ** (-70 / 20)  # level below which nobody is heard, whatever the model makes of it

MODEL: Final = "silero_vad_v6.onnx"


class Cut(NamedTuple):
    """How likelihoods become spans."""

    begins: float = 0.5  # how likely somebody speaks who begins to
    ends: float = 0.35  # and who stops
    pause: Seconds = 0.3  # within a span
    shortest: Seconds = 0.1
    margin: Seconds = 0.1  # that is added on both sides: words begin and end softly
    longest: Seconds = 0.0  # of a span, margins and all; 0: as long as it may be


EXACT: Final = Cut()


class Detector:
    """Listens to a channel at 16 kHz, window after window, and remembers what was before."""

    def __init__(self) -> None:
        self._model = _model()
        self.reset()

    def reset(self) -> None:
        """What comes has nothing before it."""
        self._memory = {"h": np.zeros((1, 1, 128), np.float32), "c": np.zeros((1, 1, 128), np.float32)}
        self._before: Samples = np.zeros(BEFORE, np.float32)

    def likely(self, sound: Samples) -> NDArray[np.float32]:
        """How likely somebody speaks in each window; the sound is whole windows."""
        whole = np.concatenate([self._before, sound])
        some = np.ascontiguousarray(sliding_window_view(whole, BEFORE + WINDOW)[::WINDOW])
        found, self._memory["h"], self._memory["c"] = self._model.run(None, {"input": some, **self._memory})
        self._before = whole[-BEFORE:]
        return np.where(np.abs(some).max(axis=1) < NOTHING, np.float32(0), found.ravel())


def spoken(samples: Samples, rate: int, cut: Cut = EXACT) -> list[Span]:
    """Where somebody speaks in a channel: spans in order and apart."""
    likely = likelihoods(samples, rate)
    end = len(samples) / rate
    spans: list[Span] = []
    for first, after in _short(_joined(_runs(likely, cut), cut), likely, cut):
        start = max(0.0, first * SECONDS - cut.margin)
        span = Span(start, min(end, after * SECONDS + cut.margin))
        if spans and span.start <= spans[-1].end:
            before = spans.pop()
            if cut.longest:  # they were cut apart: each ends where the other begins
                spans.append(Span(before.start, first * SECONDS))
                span = Span(first * SECONDS, span.end)
            else:
                span = Span(before.start, span.end)
        spans.append(span)
    return spans


def likelihoods(samples: Samples, rate: int) -> NDArray[np.float32]:
    """How likely somebody speaks, for each 32 ms."""
    at_16k = resampled(samples, rate, WIDE)
    padded = np.pad(at_16k, (0, -len(at_16k) % WINDOW))
    detector = Detector()
    step = AT_ONCE * WINDOW
    told = [detector.likely(padded[start : start + step]) for start in range(0, len(padded), step)]
    return np.concatenate([np.zeros(0, np.float32), *told])


def _runs(likely: NDArray[np.float32], cut: Cut) -> Iterator[tuple[int, int]]:
    """Windows first and after of each stretch that begins above one likelihood and ends below another."""
    first: int | None = None
    for at, value in enumerate(likely.tolist()):
        if first is None and value >= cut.begins:
            first = at
        elif first is not None and value < cut.ends:
            yield first, at
            first = None
    if first is not None:
        yield first, len(likely)


def _joined(runs: Iterator[tuple[int, int]], cut: Cut) -> list[tuple[int, int]]:
    """Runs with the short pauses between them; what is still too short to be a word is left out."""
    joined: list[tuple[int, int]] = []
    for first, after in runs:
        if joined and (first - joined[-1][1]) * SECONDS < cut.pause:
            joined[-1] = joined[-1][0], after
        else:
            joined.append((first, after))
    return [run for run in joined if (run[1] - run[0]) * SECONDS >= cut.shortest]


def _short(
    runs: Iterable[tuple[int, int]], likely: NDArray[np.float32], cut: Cut
) -> Iterator[tuple[int, int]]:
    """Runs that are too long, cut in the middle half where a voice is least likely, as often as it takes."""
    for first, after in runs:
        if not cut.longest or (after - first) * SECONDS + 2 * cut.margin <= cut.longest:
            yield first, after
            continue
        quarter = (after - first) // 4
        place = first + quarter + int(np.argmin(likely[first + quarter : after - quarter]))
        yield from _short(pairwise((first, place, after)), likely, cut)


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
