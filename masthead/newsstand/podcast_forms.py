"""Writing a podcast: RSS 2.0, with what Apple and Podcasting 2.0 add to it.

Pure, and deterministic: the same podcast always gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from masthead.newsstand.podcasts import Episode, Podcast, notes_of
from masthead.newsstand.xml_writer import XmlWriter

NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
}


def rss(podcast: Podcast) -> bytes:
    """Return a podcast as its programs read it."""
    xml = XmlWriter()
    with xml.within("rss", {"version": "2.0", **NAMESPACES}), xml.within("channel"):
        _channel(xml, podcast)
        for episode in podcast.episodes:
            with xml.within("item"):
                _item(xml, episode, podcast)
    return xml.data.getvalue()


def _channel(xml: XmlWriter, podcast: Podcast) -> None:
    owner = {"owner": podcast.contact} if podcast.contact else {}
    xml.say("title", podcast.title)
    xml.say("link", podcast.home_url)
    xml.say("atom:link", "", href=podcast.feed_url, rel="self", type="application/rss+xml")
    xml.say("language", podcast.language)
    xml.say("description", podcast.description)
    xml.say("copyright", f"© {podcast.updated_at.year} {podcast.publisher}")
    xml.say("generator", "Masthead")
    xml.say("lastBuildDate", _moment(podcast.updated_at))
    xml.say("itunes:author", podcast.publisher)
    if podcast.contact:
        with xml.within("itunes:owner"):
            xml.say("itunes:name", podcast.publisher)
            xml.say("itunes:email", podcast.contact)
    xml.say("itunes:image", "", href=podcast.picture_url)
    with xml.within("image"):
        xml.say("url", podcast.picture_url)
        xml.say("title", podcast.title)
        xml.say("link", podcast.home_url)
    xml.say("itunes:category", "", text=podcast.category)
    xml.say("itunes:explicit", "false")
    xml.say("itunes:type", "serial" if podcast.is_serial else "episodic")
    if podcast.is_private:
        xml.say("itunes:block", "Yes")
        xml.say("podcast:block", "yes")
    if podcast.guid:
        xml.say("podcast:guid", podcast.guid)
    xml.say("podcast:locked", "yes", **owner)
    xml.say("podcast:medium", "podcast")


def _item(xml: XmlWriter, episode: Episode, podcast: Podcast) -> None:
    xml.say("title", episode.title)
    xml.say("link", episode.url)
    xml.say("guid", f"urn:uuid:{episode.key}", isPermaLink="false")
    xml.say("pubDate", _moment(episode.published_at))
    xml.say("description", notes_of(episode, podcast.publication))
    size = str(episode.size)
    xml.say("enclosure", "", url=episode.audio_url, length=size, type="audio/mpeg")
    xml.say("itunes:title", episode.title)
    xml.say("itunes:duration", str(round(episode.seconds)))
    if names := ", ".join(author.name for author in episode.authors):
        xml.say("itunes:author", names)
    xml.say("itunes:image", "", href=podcast.picture_url)
    xml.say("itunes:explicit", "false")
    xml.say("itunes:episodeType", "full")
    if episode.number:
        xml.say("itunes:episode", str(episode.number))
        xml.say("podcast:episode", str(episode.number))
    if episode.captions_url:
        said = {"type": "text/vtt", "language": episode.language, "rel": "captions"}
        xml.say("podcast:transcript", "", url=episode.captions_url, **said)
    if episode.chapters_url:
        kind = "application/json+chapters"
        xml.say("podcast:chapters", "", url=episode.chapters_url, type=kind)
    for author in episode.authors:
        page = {"href": author.url} if author.url else {}
        xml.say("podcast:person", author.name, role="author", group="writing", **page)
    if episode.narrator:
        xml.say("podcast:person", episode.narrator, role="narrator", group="cast")


def _moment(at: datetime) -> str:
    return format_datetime(at)
