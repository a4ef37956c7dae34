"""Changing nodes wherever they stand in a tree, without naming every box they may be in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def rewrite(node: T, change: Callable[[Any], Any]) -> T:
    """Return a copy of `node` in which every node has been through `change`, innermost first.

    Args:
        node: any node, or a tuple of nodes.
        change: gets each dataclass node and returns it, another in its place, or a tuple
            of nodes to stand there instead (where a tuple of nodes is allowed).
    """
    if isinstance(node, tuple):
        return _rewrite_tuple(node, change)  # type: ignore[return-value]
    rewritten = _rewrite_fields(node, change)
    return change(rewritten)  # type: ignore[no-any-return]


def _rewrite_tuple(nodes: tuple[Any, ...], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    rewritten: list[Any] = []
    for node in nodes:
        if isinstance(node, tuple):
            rewritten.append(_rewrite_tuple(node, change))
        elif dataclasses.is_dataclass(node):
            changed = change(_rewrite_fields(node, change))
            rewritten += changed if isinstance(changed, tuple) else (changed,)
        else:
            rewritten.append(node)
    return tuple(rewritten)


def _rewrite_fields(node: Any, change: Callable[[Any], Any]) -> Any:
    changes = {}
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple) and value:
            changes[field.name] = _rewrite_tuple(value, change)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            changes[field.name] = change(_rewrite_fields(value, change))
    return dataclasses.replace(node, **changes) if changes else node
