"""The styles that a story names, each once. A designer gives them their look in InDesign.

What is told of them here is a plain look to begin with; where the designer's document has a
style of the same name, it is meant to win.
"""

from __future__ import annotations

from enum import StrEnum

from masthead.manuscript import languages
from masthead.press.indesign.markup import Element

NO_PARAGRAPH_STYLE = "$ID/NormalParagraphStyle"
NO_CHARACTER_STYLE = "$ID/NormalCharacterStyle"
TABLE, CELL = "TableStyle/Table", "CellStyle/Table cell"


class Style(StrEnum):
    """Paragraph styles."""

    KICKER = "Kicker"
    HEADLINE = "Headline"
    STANDFIRST = "Standfirst"
    BYLINE = "Byline"
    DATELINE = "Dateline"
    BODY_FIRST = "Body first"
    BODY = "Body"
    PART_TITLE = "Part title"
    SUBHEADING = "Subheading"
    SUBHEADING_2 = "Subheading 2"
    SUBHEADING_3 = "Subheading 3"
    PULL_QUOTE = "Pull quote"
    QUOTATION = "Quotation"
    ATTRIBUTION = "Attribution"
    EXCERPT = "Excerpt"
    STATEMENT_BY = "Statement by"
    STATEMENT = "Statement"
    PICTURE = "Picture"
    CAPTION = "Caption"
    CREDIT = "Credit"
    LIST_ITEM = "List item"
    LIST_ITEM_INNER = "List item inner"
    NUMBERED_ITEM = "Numbered item"
    NUMBERED_ITEM_INNER = "Numbered item inner"
    LIST_CONTINUED = "List continued"
    TABLE_HEADING = "Table heading"
    TABLE_TEXT = "Table text"
    TABLE_NOTE = "Table note"
    KEY_FIGURE_LABEL = "Key figure label"
    KEY_FIGURE = "Key figure"
    KEY_FIGURE_FACTS = "Key figure facts"
    ASIDE_TITLE = "Aside title"
    ASIDE_TEXT = "Aside text"
    CODE = "Code"
    ELSEWHERE_TITLE = "Elsewhere title"
    ELSEWHERE = "Elsewhere"
    RECORDING = "Recording"
    TRANSCRIPT_TITLE = "Transcript title"
    TRANSCRIPT = "Transcript"
    DIVIDER = "Divider"
    FOOTNOTE = "Footnote"
    SOURCES_TITLE = "Sources title"
    SOURCE = "Source"
    CORRECTION = "Correction"

    @property
    def key(self) -> str:
        """Return the name under which a paragraph refers to it."""
        return f"ParagraphStyle/{self}"


class Mark(StrEnum):
    """Character styles. Where several meet, the first of them here is applied."""

    STRONG_EMPHASIS = "Strong emphasis"
    STRONG = "Strong"
    EMPHASIS = "Emphasis"
    CODE = "Code words"
    SMALL_CAPS = "Small caps"
    SUBSCRIPT = "Subscript"
    SUPERSCRIPT = "Superscript"
    LINK = "Link"
    OTHER_LANGUAGE = "Other language"

    @property
    def key(self) -> str:
        """Return the name under which a run refers to it."""
        return f"CharacterStyle/{self}"


PLAIN_LOOKS: dict[Style, dict[str, str]] = {
    Style.HEADLINE: {"PointSize": "28", "FontStyle": "Bold"},
    Style.STANDFIRST: {"PointSize": "14"},
    Style.BODY: {"FirstLineIndent": "12"},
    Style.PART_TITLE: {"PointSize": "18", "FontStyle": "Bold"},
    Style.SUBHEADING: {"PointSize": "14", "FontStyle": "Bold"},
    Style.SUBHEADING_2: {"FontStyle": "Bold"},
    Style.SUBHEADING_3: {"FontStyle": "Italic"},
    Style.PULL_QUOTE: {"PointSize": "18"},
    Style.QUOTATION: {"LeftIndent": "12"},
    Style.EXCERPT: {"LeftIndent": "12"},
    Style.STATEMENT: {"LeftIndent": "12"},
    Style.PICTURE: {"FontStyle": "Bold"},
    Style.CAPTION: {"PointSize": "9"},
    Style.CREDIT: {"PointSize": "7"},
    Style.LIST_ITEM: {"BulletsAndNumberingListType": "BulletList", "LeftIndent": "12"},
    Style.LIST_ITEM_INNER: {"BulletsAndNumberingListType": "BulletList", "LeftIndent": "24"},
    Style.NUMBERED_ITEM: {"BulletsAndNumberingListType": "NumberedList", "LeftIndent": "12"},
    Style.NUMBERED_ITEM_INNER: {
        "BulletsAndNumberingListType": "NumberedList",
        "NumberingLevel": "2",
        "LeftIndent": "24",
    },
    Style.LIST_CONTINUED: {"LeftIndent": "12"},
    Style.TABLE_HEADING: {"FontStyle": "Bold"},
    Style.TABLE_NOTE: {"PointSize": "8"},
    Style.KEY_FIGURE: {"PointSize": "24", "FontStyle": "Bold"},
    Style.ASIDE_TITLE: {"FontStyle": "Bold"},
    Style.DIVIDER: {"Justification": "CenterAlign"},
    Style.FOOTNOTE: {"PointSize": "8"},
    Style.SOURCES_TITLE: {"FontStyle": "Bold"},
    Style.SOURCE: {"PointSize": "8"},
}

BOLD, ITALIC, BOLD_ITALIC = "Bold", "Italic", "Bold Italic"
MARK_LOOKS: dict[Mark, dict[str, str]] = {
    Mark.STRONG_EMPHASIS: {"FontStyle": BOLD_ITALIC},
    Mark.STRONG: {"FontStyle": BOLD},
    Mark.EMPHASIS: {"FontStyle": ITALIC},
    Mark.CODE: {},
    Mark.SMALL_CAPS: {"Capitalization": "SmallCaps"},
    Mark.SUBSCRIPT: {"Position": "Subscript"},
    Mark.SUPERSCRIPT: {"Position": "Superscript"},
    Mark.LINK: {},
    Mark.OTHER_LANGUAGE: {},
}

LANGUAGES = {
    "da": "Danish",
    "de": "German: 2006 Reform",
    "en": "English: USA",
    "en-gb": "English: UK",
    "es": "Spanish: Castilian",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}
"""What InDesign calls the languages that we know the name of; it hyphenates by them."""

RIGHT_TO_LEFT = "RightToLeftDirection"


def language_of(tag: str) -> str:
    """Return what InDesign calls a language; none that hyphenates where we do not know."""
    lowered = tag.lower()
    name = LANGUAGES.get(lowered) or LANGUAGES.get(lowered.partition("-")[0])
    return f"$ID/{name}" if name else "$ID/[No Language]"


def attributes_of(marks: frozenset[Mark], language: str) -> dict[str, str]:
    """Return the style of a run and what is over it, for all its marks.

    InDesign gives each run one style. What the others would do is said of the run itself.
    """
    if marks >= {Mark.STRONG, Mark.EMPHASIS}:
        marks = marks - {Mark.STRONG, Mark.EMPHASIS} | {Mark.STRONG_EMPHASIS}
    ordered = [mark for mark in Mark if mark in marks]
    told = {"AppliedCharacterStyle": ordered[0].key if ordered else NO_CHARACTER_STYLE}
    for mark in ordered[1:]:
        for name, value in MARK_LOOKS[mark].items():
            told.setdefault(name, value)
    if language:
        told["AppliedLanguage"] = language_of(language)
        if languages.direction(language) == "rtl":
            told["CharacterDirection"] = RIGHT_TO_LEFT
    return told


def declare(document: Element, language: str, direction: str) -> None:
    """Put all styles into a document that is to hold a story in a language."""
    characters = document.add("RootCharacterStyleGroup", Self="character_styles")
    characters.add("CharacterStyle", Self=NO_CHARACTER_STYLE, Name="Default")
    for mark in Mark:
        style = characters.add("CharacterStyle", Self=mark.key, Name=mark, **MARK_LOOKS[mark])
        _based_on(style, NO_CHARACTER_STYLE)
    paragraphs = document.add("RootParagraphStyleGroup", Self="paragraph_styles")
    root = {"AppliedLanguage": language_of(language)}
    if direction == "rtl":
        root["ParagraphDirection"] = RIGHT_TO_LEFT
    paragraphs.add("ParagraphStyle", Self=NO_PARAGRAPH_STYLE, Name=NO_PARAGRAPH_STYLE, **root)
    for one in Style:
        # Said of each, since the designer's document has its own root.
        look = {**root, **PLAIN_LOOKS.get(one, {})}
        style = paragraphs.add("ParagraphStyle", Self=one.key, Name=one, **look)
        _based_on(style, NO_PARAGRAPH_STYLE)
    cells = document.add("RootCellStyleGroup", Self="cell_styles")
    cells.add("CellStyle", Self=CELL, Name=CELL.partition("/")[2])
    tables = document.add("RootTableStyleGroup", Self="table_styles")
    tables.add("TableStyle", Self=TABLE, Name=TABLE.partition("/")[2])


def _based_on(style: Element, other: str) -> None:
    style.add("Properties").add("BasedOn", other, type="object")
