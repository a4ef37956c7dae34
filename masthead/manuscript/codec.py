"""Nodes as plain JSON values and back, for stores, proofs and other programs.

Every node becomes an object that names its kind under ``"node"``; fields that hold their
default are left out. Reading is strict: what this version does not know is refused rather
than lost.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from masthead.manuscript import nodes, press_document

VERSION = 1
"""Raised whenever what was written before would be misread."""

T = TypeVar("T")


class CannotDecode(ValueError):
    """The values are no node of this version. The message says where and why."""


def encode(node: Any) -> dict[str, Any]:
    """Return `node`, of a manuscript or a piece of a press document, as JSON values.

    The outermost object carries ``"version"``.

    Raises:
        GateClosed: a gated value was met; store what was opened for one reader instead.
        TypeError: it is no node, such as a press document as a whole or a decision.
    """
    return {"version": VERSION, **_encode(node)}


def decode(values: Any, expected: type[T]) -> T:
    """Return the node that `encode()` wrote.

    Raises:
        CannotDecode: another version, an unknown kind or field, a value of the wrong type,
            or a node other than `expected`.
    """
    if not isinstance(values, dict):
        raise CannotDecode(f"Expected an object, found {type(values).__name__}.")
    if values.get("version") != VERSION:
        raise CannotDecode(
            f"Written in version {values.get('version')!r}; this Masthead reads {VERSION}. "
            "Use the release that wrote it, or import it again."
        )
    node = _decode_node({k: v for k, v in values.items() if k != "version"}, "")
    if not isinstance(node, expected):
        raise CannotDecode(f"Expected {expected.__name__}, found {type(node).__name__}.")
    return node


@cache
def kinds() -> dict[str, type]:
    """Return every kind of node by its name."""
    return {
        name: kind
        for module in (nodes, press_document)
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and dataclasses.is_dataclass(kind)
        # A decision is imported there too, and must come from the gate alone.
        and kind.__module__ == module.__name__
        and kind not in (nodes.BlockBase, press_document.PressDocument)
    }


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and type(value).__name__ in kinds():
        written: dict[str, Any] = {"node": type(value).__name__}
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if held != field.default:
                written[field.name] = _encode(held)
        return written
    if isinstance(value, tuple | list):
        return [_encode(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    # A gated value refuses in its own words; anything else has no business here.
    str(value)
    raise TypeError(f"{type(value).__name__} is no part of a manuscript.")


def _decode_node(values: dict[str, Any], where: str) -> Any:
    name = values.get("node")
    kind = kinds().get(name) if isinstance(name, str) else None
    if kind is None:
        raise CannotDecode(f"{where or 'At the top'}: unknown kind {name!r}.")
    hints = _hints(kind)
    arguments = {}
    for field, value in values.items():
        if field == "node":
            continue
        if field not in hints:
            raise CannotDecode(f"{where}/{name}: unknown field {field!r}.")
        arguments[field] = _decode(value, hints[field], f"{where}/{name}.{field}")
    for needed in _needed(kind):
        if needed not in arguments:
            raise CannotDecode(f"{where}/{name}: the field {needed!r} is missing.")
    return kind(**arguments)


@cache
def _needed(kind: type) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is field.default_factory is dataclasses.MISSING
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(value: Any, hint: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType or origin is typing.Union:
        return _decode_union(value, arguments, where)
    if origin is typing.Literal:
        if value in arguments:
            return value
    elif origin is tuple:
        if isinstance(value, list):
            if arguments[-1] is Ellipsis:
                return tuple(_decode(v, arguments[0], f"{where}[{i}]") for i, v in enumerate(value))
            if len(value) == len(arguments):
                pairs = zip(value, arguments, strict=True)
                return tuple(_decode(v, h, f"{where}[{i}]") for i, (v, h) in enumerate(pairs))
    elif dataclasses.is_dataclass(hint):
        if isinstance(value, dict):
            node = _decode_node(value, where)
            if isinstance(node, typing.cast(type, hint)):
                return node
    elif hint in (date, datetime):
        try:
            return hint.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise CannotDecode(f"{where}: {value!r} is no {hint.__name__}.") from error
    elif hint is float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif isinstance(value, hint) and isinstance(value, bool) == (hint is bool):
        return value
    raise CannotDecode(f"{where}: {value!r} does not belong here.")


def _decode_union(value: Any, choices: tuple[Any, ...], where: str) -> Any:
    if value is None and type(None) in choices:
        return None
    choices = tuple(choice for choice in choices if choice is not type(None))
    if len(choices) == 1:
        return _decode(value, choices[0], where)
    if isinstance(value, dict):
        node = _decode_node(value, where)
        if isinstance(node, choices):
            return node
    raise CannotDecode(f"{where}: {value!r} does not belong here.")
