"""Keys pressed on a telephone, found in the sound: two tones at once, one of a row of keys and one of a column.

A window may be a key where two tones of the right pair hold most of its energy, neither is much louder than the other, and no
other row or column comes near. A voice does that for a moment; the middle of a key holds nothing else but its two tones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from clearline.speech.rates import resampled
from clearline.speech.sound import Samples, Span

ROWS: Final = (697.0, 770.0, 852.0, 941.0)
COLUMNS: Final = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS: Final = "123A456B789C*0#D"
RATE: Final = 8_000
WINDOW: Final = 192  # samples: 24 ms, short enough for two of them in a tone of 45 ms
HOP: Final = 40  # 5 ms
DETUNED: Final = (-0.015, -0.0075, 0.0, 0.0075, 0.015)  # telephones are that far off
SHARE: Final = 0.7  # of the energy, in the two tones
PURE: Final = (
    0.86  # the same, in at least three windows: at 12 dB of noise it is 0.90, in voices it was 0.82 at most
)
TWIST: Final = 10 ** (8 / 10)  # how much louder one may be: 8 dB
APART: Final = 10 ** (6 / 10)  # how far behind the next row or column is: 6 dB
QUIET: Final = 1e-4 / 2  # mean square below which nobody presses a key: -43 dB
LEAST: Final = 4  # windows in a row: 24 ms and three hops
BLOCK: Final = 60 * RATE


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and when it was heard."""

    key: str
    span: Span


def keys(samples: Samples, rate: int) -> list[Key]:
    """The keys that were pressed, in order; their spans are right to about 10 ms, so who mutes them adds a guard."""
    at_8k = resampled(samples, rate, RATE)
    if len(at_8k) < WINDOW:
        return []
    parts = [_windows(block) for block in _blocks(at_8k)]
    return list(
        _held(np.concatenate([seen for seen, _ in parts]), np.concatenate([share for _, share in parts]))
    )


def _blocks(samples: Samples) -> Iterator[Samples]:
    """Stretches whose windows follow each other."""
    for start in range(0, len(samples) - WINDOW + 1, BLOCK):
        yield samples[start : start + BLOCK + WINDOW - HOP]


def _waves() -> NDArray[np.complex64]:
    """Probes for each tone, somewhat lower and higher as well: one column each."""
    tones = np.array([tone * (1 + off) for tone in ROWS + COLUMNS for off in DETUNED])
    turns = np.exp(-2j * np.pi * np.outer(np.arange(WINDOW), tones) / RATE)
    return turns.astype(np.complex64)


_PROBES: Final = _waves()
_REAL: Final = np.ascontiguousarray(np.concatenate([_PROBES.real, _PROBES.imag], axis=1))


def _windows(samples: Samples) -> tuple[NDArray[np.int8], Samples]:
    """The key in each window, or -1, and the share of its two tones in the energy."""
    windows = sliding_window_view(samples, WINDOW)[::HOP]
    energy = np.einsum("ij,ij->i", windows, windows)
    found, shares = np.full(len(windows), -1, np.int8), np.zeros(len(windows), np.float32)
    loud = np.flatnonzero(energy > QUIET * WINDOW)
    if not len(loud):
        return found, shares
    parts = windows[loud] @ _REAL
    half = parts.shape[1] // 2
    powers = (parts[:, :half] ** 2 + parts[:, half:] ** 2) * (2 / WINDOW)  # energy of a tone there
    tones = powers.reshape(len(loud), 2, 4, len(DETUNED)).max(axis=3)
    best = tones.argmax(axis=2)
    order = np.sort(tones, axis=2)
    row, column = order[:, 0, 3], order[:, 1, 3]
    share = (row + column) / energy[loud]
    level = (row < TWIST * column) & (column < TWIST * row)
    alone = (order[:, :, 3] > APART * order[:, :, 2]).all(axis=1)
    pressed = (share > SHARE) & level & alone
    found[loud[pressed]] = (best[:, 0] * 4 + best[:, 1])[pressed]
    shares[loud] = share
    return found, shares


def _held(seen: NDArray[np.int8], shares: Samples) -> Iterator[Key]:
    """Keys that fill enough windows in a row, and are pure in some; a single window in between that shows nothing does not end one."""
    seen = seen.copy()
    lone = np.flatnonzero((seen[1:-1] == -1) & (seen[:-2] == seen[2:]) & (seen[:-2] != -1)) + 1
    seen[lone] = seen[lone - 1]
    edges = np.flatnonzero(np.diff(seen, prepend=-2, append=-2))
    for first, after in pairwise(edges):
        if seen[first] >= 0 and after - first >= LEAST and np.sort(shares[first:after])[-3] >= PURE:
            span = Span(float(first * HOP / RATE), float(((after - 1) * HOP + WINDOW) / RATE))
            yield Key(KEYS[seen[first]], span)
