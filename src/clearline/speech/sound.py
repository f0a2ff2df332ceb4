"""Sound as the rest of this room takes it: channels of samples at a rate."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""One channel, from -1 to 1, in order of time."""

Seconds: TypeAlias = float


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording, or a part of one. `samples` has the shape (channels, samples of a channel)."""

    samples: NDArray[np.float32]
    rate: int  # samples a second

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def seconds(self) -> Seconds:
        return float(self.samples.shape[1] / self.rate)

    def channel(self, number: int) -> Samples:
        samples: Samples = self.samples[number]
        return samples


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one time to another, in seconds from the beginning of the sound; the end is not part of it."""

    start: Seconds
    end: Seconds

    @property
    def seconds(self) -> Seconds:
        return self.end - self.start
