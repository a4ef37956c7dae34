"""The few words that an edition says itself, beside those of the article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """What stands around the article's own words; whoever renders may hand in a translation."""

    notes: str = "Notes"
    sources: str = "Sources"
    back_to_text: str = "Back to the text"
    note: str = "Note"
    transcript: str = "Transcript"
    before: str = "before"
    as_of: str = "as of"
    source: str = "Source:"
    elsewhere: str = "See it at"
    excerpt_from: str = "From"
    part: str = "Part"
    picture: str = "Picture"
    denial: str = "Denial"
    quote: str = "Quote"
    end_quote: str = "End quote"
    contents: str = "Contents"
    corrections: str = "Corrections"
    from_the_editor: str = "From the editor"
    cover: str = "Cover"
    pages: str = "Pages of the print edition"
    landmarks: str = "Landmarks"
    topics: str = "Topics"
    people: str = "People"
    organisations: str = "Organisations"
    places: str = "Places"
    events: str = "Events"
    themes: str = "Themes"
    colophon: str = "Colophon"
    read_by: str = "Read by"
    computer_voice: str = "Read by a computer voice"
    pages_of: str = "Page numbers are those of:"
    print_edition: str = "print edition"
    set_in: str = "Set in"
    accessible_text: str = "All text can be enlarged, restyled and read aloud."
    accessible_pictures: str = "Pictures are described in words."
    accessible_sound: str = "Recordings are in step with the text, sentence by sentence."
    accessible_pages: str = "Page numbers are those of the print edition."


ENGLISH = Phrases()
