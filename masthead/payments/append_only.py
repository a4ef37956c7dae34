"""Rows that are written once: Python refuses to change them, and so does the database.

A table says so by its model (`AppendOnly`) and by a step of its migration (`Guard`), which puts
triggers on it, on SQLite and on PostgreSQL alike. SQLite drops them when a later migration
makes the table anew; such a migration ends with `Guard` again, and a test sees to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_M = TypeVar("_M", bound="AppendOnly", covariant=True)


class NeverRewritten(Exception):
    """Such a row is written once. A mistake is put right by writing another."""

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__("This is written once; put a mistake right by writing another row.")


class AppendOnlyQuerySet(models.QuerySet[_M]):
    """Rows to be added and read."""

    def update(self, **fields: Any) -> NoReturn:
        """Refuse."""
        raise NeverRewritten

    def delete(self) -> NoReturn:
        """Refuse."""
        raise NeverRewritten


class AppendOnly(models.Model):
    """A row that is written once and never changed or removed."""

    class Meta:
        abstract = True

    objects: Any = AppendOnlyQuerySet.as_manager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, the first time.

        Raises:
            NeverRewritten: it is written already.
        """
        if not self._state.adding:
            raise NeverRewritten
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise NeverRewritten


class Guard(Operation):
    """A step of a migration: have the database refuse to change or remove rows of a table.

    Args:
        model: the name of the model, in the migration's own app.
        extra: further triggers for its rows, by name, each with what refuses a new row; see
            `refuses()`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, extra: dict[str, dict[str, str]] | None = None) -> None:
        """Remember the table."""
        self.model = model
        self.extra = extra or {}

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how it is written in a migration."""
        return self.__class__.__name__, [self.model], {"extra": self.extra} if self.extra else {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing that Django knows of."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Put the triggers on the table, in place of any that are there."""
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        vendor = schema_editor.connection.vendor
        for statement in (*_removed(table, vendor, self.extra), *_made(table, vendor, self.extra)):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the triggers off again."""
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        for statement in _removed(table, schema_editor.connection.vendor, self.extra):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return it in a sentence."""
        return f"Have the database keep the rows of {self.model} as they were written"


def names_of(table: str) -> tuple[str, str]:
    """Return the names of the triggers that keep a table's rows as they were written."""
    return f"{table}_never_changed", f"{table}_never_removed"


def refuses(condition: str, message: str) -> dict[str, str]:
    """Return a trigger's work: refuse a new row, NEW, of which an SQL condition is true."""
    return {"condition": condition, "message": message}


def _made(table: str, vendor: str, extra: dict[str, dict[str, str]]) -> Iterable[str]:
    changed, removed = names_of(table)
    message = f"{table}: rows are written once and never changed"
    acts = [
        (changed, "UPDATE", "TRUE", message),
        (removed, "DELETE", "TRUE", message),
        *((name, "INSERT", one["condition"], one["message"]) for name, one in extra.items()),
    ]
    for name, act, condition, said in acts:
        if vendor == "sqlite":
            yield (
                f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" '
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
            continue
        row = "OLD" if act == "DELETE" else "NEW"
        yield (
            f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF {condition} THEN RAISE EXCEPTION '{said}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
        )
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
        )


def _removed(table: str, vendor: str, extra: dict[str, dict[str, str]]) -> Iterable[str]:
    for name in (*names_of(table), *extra):
        if vendor == "sqlite":
            yield f'DROP TRIGGER IF EXISTS "{name}"'
        else:
            yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
            yield f'DROP FUNCTION IF EXISTS "{name}"()'
