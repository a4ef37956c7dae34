"""How an article is laid out where it stands in an issue: chosen, looked at at once, undone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.editorial import contents
from masthead.editorial.models import ContentsEntry, Picture
from masthead.people.models import User
from masthead.press.paper import content, engine, insertions, thumbnails
from masthead.press.paper.choices import Choice
from masthead.production import flat_plans, gathering, pressings
from masthead.production.models import Layout

MOST_EARLIER = 50
"""How many changes can be undone."""
SMALL_PICTURE = "max-700x700|format-jpeg|jpegquality-70"
"""Pictures as a look needs them: made once, and kept with the other sizes."""


class Cannot(Exception):
    """An article cannot be laid out like this; says why, fit to show to an editor."""


@transaction.atomic
def arrange(
    place: ContentsEntry,
    *,
    opener: str,
    columns: int,
    choices: Mapping[str, Choice],
    by: User,
) -> None:
    """Lay an article out as chosen; what was chosen before can be undone.

    Raises:
        Cannot: there is no such opener or number of columns.
    """
    if opener not in content.OPENERS or columns not in content.COLUMNS:
        raise Cannot(_("There is no such opener. Choose one from the list."))
    layout, _new = Layout.objects.select_for_update().get_or_create(
        issue_id=place.issue_id, article_id=place.article_id
    )
    told = {block: one.told for block, one in choices.items() if one.told}
    now = {"opener": place.opener, "columns": place.columns, "choices": layout.choices}
    if now == {"opener": opener, "columns": columns, "choices": told}:
        return
    layout.earlier = [*layout.earlier, now][-MOST_EARLIER:]
    _keep(place, layout, opener, columns, told, by)


@transaction.atomic
def undo(place: ContentsEntry, *, by: User) -> bool:
    """Lay an article out as it was before the last change; say whether there was one."""
    layout = (
        Layout.objects.select_for_update()
        .filter(issue_id=place.issue_id, article_id=place.article_id)
        .first()
    )
    if layout is None or not layout.earlier:
        return False
    before = layout.earlier.pop()
    _keep(place, layout, before["opener"], before["columns"], before["choices"], by)
    return True


def look(
    place: ContentsEntry,
    *,
    opener: str,
    columns: int,
    choices: Mapping[str, Choice],
    at: datetime,
    width: int,
) -> bytes:
    """Return an article's pages as they would stand, as spreads one below another (PNG).

    Nothing is kept. Pictures are small ones; the pages are those of the printer's size.

    Args:
        place: where it stands.
        opener: see `content.Layout`, like what follows.
        columns: two or three.
        choices: for its blocks.
        at: the moment whose day decides on the licences of pictures, timezone-aware.
        width: of a page, in pixels.

    Raises:
        CannotPress: something is missing, or the typesetter refuses.
    """
    house = pressings.furnished(at)
    place.opener, place.columns = opener, columns
    copy = gathering.gather(place.issue, house, at=at, only=(place, dict(choices)))
    plain: dict[str, Any] = {
        "cover": None,
        "corrections": [],
        "before": [],
        "inks": False,
        "bleed": 0,
    }
    values = {**copy.values, **plain}
    shift = []
    if _begins_on_the_left(place):
        shift = [insertions.Insertion("left", "left", insertions.Where.PAGE, page=3)]
    with tempfile.TemporaryDirectory(prefix="masthead-look-") as folder:
        made = Path(folder, "made.pdf")
        files = {}
        for picture in copy.shown:
            if picture != copy.cover:
                files[picture.picture_key] = _small(picture, Path(folder))
        try:
            engine.typeset(
                values,
                files,
                made,
                at=copy.moment,
                faces=copy.faces,
                accessible=False,
                planned=shift,
                multiple=1,
            )
        except engine.CannotTypeset as error:
            raise gathering.CannotPress(str(error)) from error
        with made.open("rb") as file:
            return thumbnails.draw_spreads(file, 3 + len(shift), width)


def _small(picture: Picture, folder: Path) -> Path:
    rendition = picture.get_rendition(SMALL_PICTURE)
    out = folder / f"{picture.sha256}.jpg"
    with rendition.file.storage.open(rendition.file.name) as file, out.open("wb") as copy:
        shutil.copyfileobj(file, copy)
    return out


def _begins_on_the_left(place: ContentsEntry) -> bool:
    for sheet in flat_plans.of(place.issue).sheets:
        if place in sheet.places:
            return sheet.number % 2 == 0
    return False


def _keep(
    place: ContentsEntry,
    layout: Layout,
    opener: str,
    columns: int,
    told: dict[str, dict[str, object]],
    by: User,
) -> None:
    layout.choices = told
    layout.save()
    if (place.opener, place.columns) != (opener, columns):
        contents.lay_out(place, opener=opener, columns=columns, by=by)
    log(place.issue, "masthead.plan.change", user=by, data={"laid_out": str(place.article.key)})
