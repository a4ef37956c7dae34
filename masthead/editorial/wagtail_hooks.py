"""The marks that Masthead adds to Wagtail's text editor.

How each is stored is told in `conversion/rich_text.py`; the dialogues are in
`static/editorial/words.js`.
"""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    InlineEntityElementHandler,
    InlineStyleElementHandler,
)
from wagtail.admin.rich_text.editors.draftail import features as draftail

from masthead.editorial import picture_metadata

SCRIPT = ["editorial/words.js"]

MARKS: dict[str, dict[str, Any]] = {
    "language": {
        "type": "LANGUAGE",
        "tag": "language",
        "attributes": ("lang",),
        "mutability": "MUTABLE",
        "icon": "globe",
        "description": _("Other language"),
    },
    "mention": {
        "type": "MENTION",
        "tag": "mention",
        "attributes": ("topic",),
        "mutability": "MUTABLE",
        "icon": "tag",
        "description": _("Mention of a topic"),
    },
    "citation": {
        "type": "CITATION",
        "tag": "citation",
        "attributes": ("source", "locator"),
        "mutability": "MUTABLE",
        "icon": "doc-full",
        "description": _("Citation of a source"),
    },
    "footnote": {
        "type": "FOOTNOTE",
        "tag": "footnote",
        "attributes": ("note",),
        "mutability": "IMMUTABLE",
        "icon": "list-ol",
        "description": _("Footnote"),
    },
    "quotation": {
        "type": "QUOTE-OPEN",
        "tag": "quote-open",
        "attributes": ("speaker", "role", "outlet", "medium", "date", "url"),
        "mutability": "IMMUTABLE",
        "icon": "openquote",
        "description": _("Somebody’s words"),
    },
    # Without icon and description the editor offers no button: it comes with its opening.
    "quotation-end": {
        "type": "QUOTE-CLOSE",
        "tag": "quote-close",
        "attributes": (),
        "mutability": "IMMUTABLE",
    },
}


class MarkHandler(InlineEntityElementHandler):
    """Reads one of our marks from stored rich text into the editor."""

    def __init__(self, entity_type: str, mutability: str, attributes: tuple[str, ...]) -> None:
        """Remember which attributes the mark carries."""
        super().__init__(entity_type)
        self.mutability = mutability
        self.attributes = attributes

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return the mark's attributes, absent ones empty."""
        return {name: attrs.get(name, "") for name in self.attributes}


def _writer(tag: str, attributes: tuple[str, ...]) -> Any:
    """Return the function that writes a mark from the editor into stored rich text."""

    def write(props: dict[str, Any]) -> Any:
        given = {name: props[name] for name in attributes if props.get(name)}
        return DOM.create_element(tag, given, props["children"])

    return write


@hooks.register("register_rich_text_features")
def register_marks(features: Any) -> None:
    """Offer our marks to every rich text that lists them among its features."""
    features.register_editor_plugin(
        "draftail",
        "small-caps",
        draftail.InlineStyleFeature(
            {
                "type": "SMALL-CAPS",
                "label": "Sc",
                "description": str(_("Small capitals")),
                "style": {"fontVariant": "small-caps"},
            }
        ),
    )
    features.register_converter_rule(
        "contentstate",
        "small-caps",
        {
            "from_database_format": {"small-caps": InlineStyleElementHandler("SMALL-CAPS")},
            "to_database_format": {"style_map": {"SMALL-CAPS": "small-caps"}},
        },
    )
    for name, mark in MARKS.items():
        options = {"type": mark["type"], "attributes": list(mark["attributes"])}
        if "icon" in mark:
            options |= {"icon": mark["icon"], "description": str(mark["description"])}
        features.register_editor_plugin(
            "draftail", name, draftail.EntityFeature(options, js=SCRIPT)
        )
        handler = MarkHandler(mark["type"], mark["mutability"], mark["attributes"])
        features.register_converter_rule(
            "contentstate",
            name,
            {
                "from_database_format": {mark["tag"]: handler},
                "to_database_format": {
                    "entity_decorators": {mark["type"]: _writer(mark["tag"], mark["attributes"])}
                },
            },
        )


@hooks.register("insert_global_admin_css")
def style_our_widgets() -> str:
    """Return the link to the style of what Masthead adds to the office."""
    return format_html('<link rel="stylesheet" href="{}">', static("editorial/words.css"))


@hooks.register("register_image_operations")
def register_operations() -> list[tuple[str, type]]:
    """Let every rendition forget the metadata of its original."""
    return [(picture_metadata.OPERATION, picture_metadata.ForgetMetadata)]


@hooks.register("register_log_actions")
def register_acts(actions: Any) -> None:
    """Give the acts of the editors a name in Wagtail's log."""
    actions.register_action("masthead.issue.move", _("Move issue"), _("Issue moved along"))
    actions.register_action("masthead.issue.put_on_sale", _("Put on sale"), _("Put on sale"))
    actions.register_action(
        "masthead.article.approve", _("Approve"), _("Approved to come out with its issue")
    )
