"""A magazine, and folders to be brought into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from PIL import Image

from masthead.editorial.models import Article
from masthead.exchange.importers import markdown
from masthead.exchange.importers.report import Report
from tests.factories import editorial as make

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def title():
    return make.magazine("The Quay", time_zone="Europe/Lisbon", language="en-GB")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest.fixture
def lay(folder: Path) -> Callable[..., Path]:
    """Return what puts a file into the folder: front matter in lines, and a text."""

    def put(path: str, front: str = "", body: str = "Some words.\n") -> Path:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front.strip()}\n---\n\n{body}", encoding="utf-8")
        return file

    return put


@pytest.fixture
def draw(folder: Path) -> Callable[..., Path]:
    """Return what draws a picture into the folder."""

    def put(path: str, colour: str = "teal", size: tuple[int, int] = (64, 40)) -> Path:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(file)
        return file

    return put


@pytest.fixture
def bring_in(title, folder: Path) -> Callable[..., Report]:
    """Return what imports the folder."""

    def run(**options) -> Report:
        place = options.pop("directory", folder)
        return markdown.run(place, **({"title": title, "now": NOW} | options))

    return run


def article(slug: str) -> Article:
    """Return the article at an address."""
    return Article.objects.get(slug=slug)


def reasons(report: Report, file: str = "") -> str:
    """Return what the report says was not carried, of one file or of all."""
    return "\n".join(line.reason for line in report.not_carried if not file or line.file == file)


def everything() -> tuple[dict[str, str], dict[str, int]]:
    """Return every row of our tables and Wagtail's as text, and every private file's size.

    What only says when somebody looked, such as search indexes, is left out.
    """
    rows = {}
    for label in ("editorial", "wagtailcore", "wagtailredirects"):
        for model in apps.get_app_config(label).get_models():
            rows[model._meta.label] = serializers.serialize("json", model.objects.order_by("pk"))
    private = Path(settings.INSTALLATION.private)
    files = {
        str(path.relative_to(private)): path.stat().st_mtime_ns
        for path in private.rglob("*")
        if path.is_file()
    }
    return rows, files
