"""The editors' tables, one idea a module. Django asks that they be imported here."""

from masthead.editorial.models.archive import ArchiveEntry, ArchiveText, ArchiveWord
from masthead.editorial.models.article import (
    Article,
    ArticleByline,
    ArticleTopic,
    FrontVariant,
    Note,
    Source,
)
from masthead.editorial.models.contributor import Contributor, ContributorLink
from masthead.editorial.models.correction import Correction
from masthead.editorial.models.front_page import (
    ArticleIndex,
    ContributorIndex,
    FrontPage,
    IssueIndex,
    TopicIndex,
)
from masthead.editorial.models.issue import ContentsEntry, Issue
from masthead.editorial.models.picture import Attachment, Picture, Rendition
from masthead.editorial.models.saying import ArticleSaying, HouseSaying
from masthead.editorial.models.section import Section
from masthead.editorial.models.title import Title
from masthead.editorial.models.topic import Dossier, DossierEntry, Topic

__all__ = [
    "ArchiveEntry",
    "ArchiveText",
    "ArchiveWord",
    "Article",
    "ArticleByline",
    "ArticleIndex",
    "ArticleSaying",
    "ArticleTopic",
    "Attachment",
    "ContentsEntry",
    "Contributor",
    "ContributorIndex",
    "ContributorLink",
    "Correction",
    "Dossier",
    "DossierEntry",
    "FrontPage",
    "FrontVariant",
    "HouseSaying",
    "Issue",
    "IssueIndex",
    "Note",
    "Picture",
    "Rendition",
    "Section",
    "Source",
    "Title",
    "Topic",
    "TopicIndex",
]
