"""Where Presidio's pattern recognisers for English find something, without a language model."""

from collections.abc import Callable
from typing import Any

from bench.peers.answering import Request, answer
from presidio_analyzer import PatternRecognizer, RecognizerRegistry


def prepare(_: Request) -> Callable[[Request], list[list[Any]]]:
    """For each of `texts` what was found in it: type, start and end."""
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    recognizers = [one for one in registry.recognizers if isinstance(one, PatternRecognizer)]

    def run(request: Request) -> list[list[Any]]:
        return [
            [
                (found.entity_type, found.start, found.end)
                for one in recognizers
                for found in one.analyze(text, one.supported_entities, None)
            ]
            for text in request["texts"]
        ]

    return run


if __name__ == "__main__":
    answer(prepare)
