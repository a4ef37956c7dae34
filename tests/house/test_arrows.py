"""The tables follow the same arrows as the imports; a relation is only a string to import-linter."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
ROWS = [
    [name.strip() for name in row.split("|")]
    for row in next(one for one in CONTRACTS if one["type"] == "layers")["layers"]
]
HEIGHT = {name: -number for number, row in enumerate(ROWS) for name in row}


def department(model) -> str:
    return model.__module__.split(".")[1]


def relations():
    for model in apps.get_models():
        for field in model._meta.get_fields():
            other = field.related_model
            if (
                field.concrete
                and field.is_relation
                and isinstance(other, type)
                and model.__module__.startswith("masthead.")
                and other.__module__.startswith("masthead.")
            ):
                yield pytest.param(model, other, id=f"{model._meta.label}.{field.name}")


@pytest.mark.parametrize(("model", "other"), list(relations()))
def test_a_relation_points_down_or_stays(model, other):
    here, there = department(model), department(other)
    assert here == there or HEIGHT[there] < HEIGHT[here], f"{here} may not refer to {there}"


def test_there_are_relations_to_look_at():
    assert len(list(relations())) > 5


def test_every_department_stands_in_a_row_and_has_a_docstring():
    folders = {path.parent.name for path in (ROOT / "masthead").glob("*/__init__.py")}
    assert folders <= HEIGHT.keys()
    for folder in folders:
        text = (ROOT / "masthead" / folder / "__init__.py").read_text()
        assert text.startswith('"""'), folder
        assert text.rstrip().endswith('"""'), f"{folder}/__init__.py holds more than a docstring"


def test_migrations_have_sentence_names():
    for path in (ROOT / "masthead").glob("*/migrations/0*.py"):
        assert "_auto_" not in path.name, path
        assert not path.stem.endswith("_initial"), path
