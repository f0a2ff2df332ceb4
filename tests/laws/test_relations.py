"""Relations between tables keep to the order of the house, which import rules can't see."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[2]


def rank() -> dict[str, int]:
    """Each room's place in the order, the lowest first."""
    with (ROOT / "architecture.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one["type"] == "layers"]
    return {room.strip(): place for place, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def test_no_table_points_to_one_of_a_higher_room() -> None:
    places = rank()
    ours = [model for model in apps.get_models() if model.__module__.startswith("clearline.")]
    pointing = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model in ours
        if places[field.related_model._meta.app_label] > places[model._meta.app_label]
    ]
    assert ours
    assert pointing == []
