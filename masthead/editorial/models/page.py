"""What the magazine's pages have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from masthead.editorial import faces


class Keyed(models.Model):
    """A thing with a name that outlives its address: guid of feeds, identity of imports.

    A copy is another thing, so the key is never copied; an old revision must not bring
    back another key either, which is what a copied page's revisions would do.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    exclude_fields_in_copy = ["key"]

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page as a revision has it, under the key it has always had."""
        page = super().with_content_json(content)
        page.key = self.key
        return page


class OneOfAKindForm(CopyForm):
    """Asks where a copy goes, and offers no alias: the same work at two addresses would be two works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave Wagtail's offer of an alias out."""
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class MagazinePage(Page):
    """A page that readers see, drawn by whatever department registered its face.

    Editorial knows what a page is; how it looks, and who may read it, stands above.
    """

    # Without a way back from Page: `page.section` would stand in the way of our own names.
    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )

    copy_form_class = OneOfAKindForm

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the page for this reader."""
        return faces.draw(self, request, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Return the page as the editor wants to see it."""
        return faces.draw(self, request, preview=mode_name)
