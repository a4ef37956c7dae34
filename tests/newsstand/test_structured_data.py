"""What pages tell machines, held against what schema.org says of its types."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from masthead.editorial import issues
from masthead.editorial.models import Correction, Issue, TopicIndex
from masthead.editorial.models.contributor import ContributorLink
from masthead.manuscript import nodes
from masthead.newsstand import structured_data
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

THING = {
    "name": str,
    "description": str,
    "url": "address",
    "image": "ImageObject",
    "sameAs": "address",
}
WORK = THING | {
    "author": "Person", "contributor": "Person", "publisher": "Organization", "about": "Thing",
    "mentions": "Thing", "citation": "CreativeWork", "correction": "CorrectionComment",
    "datePublished": "moment", "dateModified": "moment", "inLanguage": "language",
    "isAccessibleForFree": bool, "isPartOf": "CreativeWork", "hasPart": "CreativeWork",
    "headline": str, "mainEntityOfPage": "address", "text": str, "creditText": str,
    "mainEntity": "Thing",
}  # fmt: skip
# From schema.org: what may stand in each type that we use. A word stands for a type or for
# one of the forms below.
TYPES: dict[str, dict[str, Any]] = {
    "Thing": THING,
    "Place": THING,
    "Event": THING,
    "Person": THING | {"jobTitle": str},
    "Organization": THING,
    "NewsMediaOrganization": THING,
    "CreativeWork": WORK,
    "WebSite": WORK,
    "ProfilePage": WORK,
    "WebPageElement": WORK | {"cssSelector": str},
    "CorrectionComment": WORK,
    "ImageObject": WORK | {"width": int, "height": int},
    "Periodical": WORK | {"issn": str},
    "PublicationVolume": WORK | {"volumeNumber": str},
    "PublicationIssue": WORK | {"issueNumber": str},
    "NewsArticle": WORK | {"articleSection": str, "wordCount": int, "dateline": str},
    "BreadcrumbList": THING | {"itemListElement": "ListItem"},
    "ListItem": THING | {"position": int, "item": "address"},
}
ABOVE = {
    "NewsMediaOrganization": "Organization", "NewsArticle": "CreativeWork",
    "Periodical": "CreativeWork", "PublicationVolume": "CreativeWork",
    "PublicationIssue": "CreativeWork", "WebPageElement": "CreativeWork",
    "WebSite": "CreativeWork", "CorrectionComment": "CreativeWork",
}  # fmt: skip


def graph(client: Any, address: str) -> list[dict[str, Any]]:
    """Return the nodes of a page, each found to be what schema.org says it is."""
    page = client.get(address).content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(script)
    assert data.keys() == {"@context", "@graph"}
    assert data["@context"] == "https://schema.org"
    known = {node["@id"]: node["@type"] for node in data["@graph"] if "@id" in node}
    for node in data["@graph"]:
        judge(node, known)
    return data["@graph"]


def judge(node: dict[str, Any], known: dict[str, str]) -> None:
    properties = TYPES[node["@type"]]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        assert name in properties, f"{node['@type']} has no {name}."
        for one in value if isinstance(value, list) else [value]:
            assert fits(one, properties[name], known), (name, one)


def fits(value: Any, wanted: Any, known: dict[str, str]) -> bool:
    if isinstance(wanted, type):
        return type(value) is wanted and value != ""
    if wanted == "address":
        return bool(re.fullmatch(r"https?://[^\s/]+/\S*", value))
    if wanted == "moment":
        return datetime.fromisoformat(value) is not None
    if wanted == "language":
        return bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", value))
    if value.keys() == {"@id"}:
        kind = known[value["@id"]]
    else:
        kind = value["@type"]
        judge(value, known)
    return wanted == "Thing" or wanted in (kind, ABOVE.get(kind))


def the(kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    (node,) = [one for one in found if one["@type"] == kind]
    return node


@pytest.fixture
def title():
    made = make.magazine(tagline="News of the town")
    made.issn, made.publisher = "1234-5679", "Gazette Press"
    made.save()
    return made


def test_an_article_says_who_wrote_what_when_and_on_what_grounds(title, client) -> None:
    ada = make.contributor(title, "Ada Okafor")
    board = make.topic(title, "The Board", kind="organisation", reference="https://board.example/")
    mayor = make.topic(title, "The Mayor", kind="person")
    source = nodes.Source(
        id="audit", title="The audit", author="B. Counter", outlet="Town Hall",
        published_on=date(2026, 1, 2), url="https://town.example/audit",
    )  # fmt: skip
    words = (
        nodes.Citation("audit", (nodes.Text("It was counted. "),)),
        nodes.Mention(f"topic:{mayor.key}", (nodes.Text("she said"),)),
    )
    article = make.article(
        title, nodes.Paragraph(id="p", children=words), make.paragraph("Four more words here."),
        access="open", headline="Who counts </script> counters", standfirst="A matter of trust",
        language="en-GB", sources=(source,), topics=(f"topic:{board.key}",),
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"), nodes.Byline("A Guest"),
                 nodes.Byline("P. Graph", "", "Photographs by")),
        lead_figure=nodes.Figure(id="l", picture=make.picture_at_hand(credit="E. Vail").picture_key),
    )  # fmt: skip
    Correction.objects.create(article=article, text="It was nine, not ten.", made_at=NOON)
    found = graph(client, article.url)
    node = the("NewsArticle", found)
    url = f"http://testserver{article.url}"
    assert node["headline"] == "Who counts </script> counters"
    assert node["description"] == "A matter of trust"
    assert node["mainEntityOfPage"] == node["url"] == url
    assert node["author"] == [
        {"@type": "Person", "@id": f"http://testserver{ada.url}#person", "name": "Ada Okafor",
         "url": f"http://testserver{ada.url}"},
        {"@type": "Person", "name": "A Guest"},
    ]  # fmt: skip
    assert [one["name"] for one in node["contributor"]] == ["P. Graph"]
    assert node["datePublished"] == make.THEN.isoformat()
    assert node["dateModified"] == NOON.isoformat()
    assert node["articleSection"] == "Politics"
    assert node["inLanguage"] == "en-GB"
    assert node["wordCount"] == 9
    assert node["isAccessibleForFree"] is True
    assert "hasPart" not in node
    assert node["about"][0] | {"@type": "Organization", "name": "The Board"} == node["about"][0]
    assert node["about"][0]["sameAs"] == "https://board.example/"
    assert [one["name"] for one in node["mentions"]] == ["The Mayor"]
    assert node["citation"][0]["name"] == "The audit"
    assert node["citation"][0]["publisher"]["name"] == "Town Hall"
    assert node["correction"][0]["text"] == "It was nine, not ten."
    assert node["image"][0]["creditText"] == "E. Vail"
    assert "/share/" in node["image"][1]["url"]
    publisher = the("NewsMediaOrganization", found)
    assert node["publisher"] == {"@id": publisher["@id"]}
    assert publisher["name"] == "Gazette Press"
    assert the("Periodical", found)["issn"] == "1234-5679"


def test_a_closed_article_says_so_and_names_a_class_that_its_page_has(
    title, client, django_user_model
) -> None:
    hidden = make.topic(title, "Named behind the gate")
    mention = nodes.Mention(f"topic:{hidden.key}", (nodes.Text("them"),))
    cited = nodes.Citation("secret", (nodes.Text("proof"),))
    article = make.article(
        title, make.paragraph("The lead."), nodes.LeadMarker(id="m"),
        nodes.Paragraph(id="p", children=(mention, cited)),
        sources=(nodes.Source(id="secret", title="Cited behind the gate"),),
    )  # fmt: skip
    node = the("NewsArticle", graph(client, article.url))
    assert node["isAccessibleForFree"] is False
    assert node["hasPart"]["isAccessibleForFree"] is False
    name = node["hasPart"]["cssSelector"].removeprefix(".")
    pattern = rf'<(\w+) class="[^"]*\b{name}\b'
    assert re.findall(pattern, client.get(article.url).content.decode()) == ["aside"]
    assert "behind the gate" not in json.dumps(node)

    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    node = the("NewsArticle", graph(client, article.url))
    assert [one["name"] for one in node["mentions"] + node["citation"]] == [
        "Named behind the gate", "Cited behind the gate",
    ]  # fmt: skip
    assert re.findall(pattern, client.get(article.url).content.decode()) == ["div"]


def test_a_short_article_that_the_lead_gives_whole_is_free(title, client) -> None:
    article = make.article(title, make.paragraph("All there is."), nodes.LeadMarker(id="m"))
    assert the("NewsArticle", graph(client, article.url))["isAccessibleForFree"] is True


def test_an_issue_names_its_contents_and_articles_name_their_issue(title, client) -> None:
    article = make.article(title, headline="In the issue")
    issue = make.issue(
        title, article, state=Issue.State.OPEN, cover=make.picture_at_hand(), volume="IX",
        cover_date=date(2026, 5, 1),
    )  # fmt: skip
    issues.put_on_sale(issue, at=NOON)
    node = the("PublicationIssue", graph(client, issue.url))
    assert node["issueNumber"] == issue.number
    assert node["datePublished"] == "2026-05-01"
    assert node["isPartOf"]["volumeNumber"] == "IX"
    assert [part["headline"] for part in node["hasPart"]] == ["In the issue"]
    assert "/media/pictures/" in node["image"]["url"]
    placed = the("NewsArticle", graph(client, article.url))["isPartOf"]
    assert placed["@type"] == "PublicationIssue"
    assert placed["@id"] == node["@id"]


def test_a_contributor_is_a_person_who_is_found_elsewhere_too(title, client) -> None:
    ada = make.contributor(
        title, "Ada Okafor", role="Harbour editor", biography="Ada covers the harbour.",
        portrait=make.picture(),
    )  # fmt: skip
    for address in ("https://ada.example/", "mailto:ada@example.org"):
        ContributorLink.objects.create(contributor=ada, label="x", url=address)
    person = the("ProfilePage", graph(client, ada.url))["mainEntity"]
    assert person["name"] == "Ada Okafor"
    assert person["jobTitle"] == "Harbour editor"
    assert person["sameAs"] == ["https://ada.example/"]


def test_every_inner_page_tells_the_way_to_it_and_the_front_page_what_the_site_is(
    title, client
) -> None:
    article = make.article(title, headline="A dark quay", access="open")
    ada = make.contributor(title, "Ada Okafor")
    topic = make.topic(title, "The Board")
    issue = make.issue(title, article, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=NOON)
    from masthead.editorial.models import Dossier

    dossier = make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The flood"))
    ways = {
        article.url: ["The Gazette", "Politics", "A dark quay"],
        article.section.url: ["The Gazette", "Politics"],
        ada.url: ["The Gazette", "Contributors", "Ada Okafor"],
        topic.url: ["The Gazette", "Topics", "The Board"],
        dossier.url: ["The Gazette", "Topics", "The flood"],
        issue.url: ["The Gazette", "Issues", issue.title],
        "/issues/": ["The Gazette", "Issues"],
        "/articles/": ["The Gazette", "All articles"],
        "/contributors/": ["The Gazette", "Contributors"],
        "/topics/": ["The Gazette", "Topics"],
        "/corrections/": ["The Gazette", "Corrections"],
        "/accessibility/": ["The Gazette", "Accessibility"],
    }
    for address, way in ways.items():
        answer = client.get(address)
        assert [link.name for link in answer.context["page"].chrome.breadcrumbs] == way
        steps = the("BreadcrumbList", graph(client, address))["itemListElement"]
        assert [step["name"] for step in steps] == way
        assert [step["position"] for step in steps] == list(range(1, len(way) + 1))
        assert steps[0]["item"] == "http://testserver/"
        assert steps[-1]["item"] == f"http://testserver{address}"
        assert client.get(steps[1]["item"]).status_code == 200
    front = graph(client, "/")
    assert the("WebSite", front)["url"] == "http://testserver/"
    assert "BreadcrumbList" not in {node["@type"] for node in front}


def test_nothing_in_structured_data_can_end_its_element() -> None:
    told = structured_data.script([{"name": "</script><script>alert(1)//&\u2028"}])
    assert not set("<>&\u2028") & set(told)
    assert json.loads(told)["@graph"][0]["name"] == "</script><script>alert(1)//&\u2028"


def test_a_draft_tells_machines_nothing(title, client, django_user_model) -> None:
    article = make.article(title, live=False)
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    page = client.get(f"/office/pages/{article.pk}/view_draft/").content.decode()
    assert article.title in page
    assert '<meta name="robots" content="noindex">' in page
    assert "ld+json" not in page
    assert "og:" not in page
