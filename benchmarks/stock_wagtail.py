"""Peers: the same long article on sites of stock Wagtail, as `wagtail start` lays them out.

One has it as its documentation teaches a magazine to: a body of blocks with pictures and links to
other articles, authors, a hero, six cards of other articles with their pictures. The other is as bare
as can be: the same words in one rich text, and nothing else on the page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.programs import run

ARTICLE, BARE = "/a-long-read/", "/bare/"
"""Where the article is, and where its words alone are."""

MODELS = """
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.models import register_snippet


@register_snippet
class Author(models.Model):
    name = models.CharField(max_length=100)


class HomePage(Page):
    pass


class BarePage(Page):
    body = RichTextField()


class ArticlePage(Page):
    date = models.DateField()
    intro = models.CharField(max_length=250)
    hero = models.ForeignKey("wagtailimages.Image", models.PROTECT, related_name="+")
    authors = ParentalManyToManyField(Author)
    body = StreamField(
        [
            ("heading", blocks.CharBlock()),
            ("paragraph", blocks.RichTextBlock()),
            ("picture", ImageChooserBlock()),
        ]
    )

    def get_context(self, request):
        others = ArticlePage.objects.live().exclude(pk=self.pk).order_by("-date")
        others = others.select_related("hero").prefetch_related("authors", "hero__renditions")
        return super().get_context(request) | {"others": others[:6]}
"""

TEMPLATE = """{% extends "base.html" %}{% load wagtailcore_tags wagtailimages_tags %}
{% block content %}<article><h1>{{ page.title }}</h1><p>{{ page.intro }}</p>
<p>{% for author in page.authors.all %}{{ author.name }} {% endfor %}{{ page.date }}</p>
{% image page.hero width-800 %}
{% for block in page.body %}
{% if block.block_type == "heading" %}<h2>{{ block.value }}</h2>
{% elif block.block_type == "picture" %}<figure>{% image block.value width-800 %}</figure>
{% else %}{% include_block block %}{% endif %}
{% endfor %}</article>
<aside>{% for other in others %}
<a href="{% pageurl other %}">{% image other.hero fill-300x200 %}<h3>{{ other.title }}</h3>
<p>{{ other.intro }}</p><p>{% for author in other.authors.all %}{{ author.name }} {% endfor %}</p></a>
{% endfor %}</aside>{% endblock content %}"""

BARE_TEMPLATE = """{% extends "base.html" %}{% load wagtailcore_tags %}
{% block content %}<h1>{{ page.title }}</h1>{{ page.body|richtext }}{% endblock content %}"""

SETTINGS = """
DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "only-for-measuring-only-for-measuring-only-for-measuring"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
"""

FILL = """
import datetime, io, json, re
from pathlib import Path
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images.models import Image
from home.models import ArticlePage, Author, BarePage, HomePage

words = Path("words.html").read_text()
home = HomePage.objects.get()
home.add_child(instance=BarePage(title="Bare", slug="bare", body=words))
pictures = []
for number in range(10):
    file = io.BytesIO()
    Picture.effect_noise((1200, 800), 20 + number).save(file, "JPEG")
    file.seek(0)
    pictures.append(Image.objects.create(title=f"Picture {number}", file=ImageFile(file, f"{number}.jpg")))
authors = [Author.objects.create(name=name) for name in ("Ada", "Ben")]
day = datetime.date(2026, 5, 1)

def add(title, slug, number, body):
    page = ArticlePage(
        title=title, slug=slug, date=day - datetime.timedelta(number), intro="Words about it. " * 8,
        hero=pictures[number], body=json.dumps(body), authors=authors,
    )
    return home.add_child(instance=page)

others = [add(f"Another {n}", f"another-{n}", n, []) for n in range(1, 7)]
paragraphs = re.findall("<p>.*?</p>", words, re.DOTALL)
each = -(-len(paragraphs) // 27)
body = []
for place, first in enumerate(range(0, len(paragraphs), each)):
    text = "".join(paragraphs[first:first + each])
    if place % 3 == 0:
        text = text.replace("</p>", f' <a linktype="page" id="{others[place % 6].pk}">more</a></p>', 1)
    if place in (5, 13, 21):
        body.append({"type": "picture", "value": pictures[7 + place // 8].pk})
    if place % 9 == 0:
        body.append({"type": "heading", "value": "What came of it"})
    body.append({"type": "paragraph", "value": text})
add("A long read", "a-long-read", 0, body)
"""


def lay_out(folder: Path, words: str) -> Path:
    """Make the site in a folder, with the article of these words; return where it is."""
    site = folder / "stock"
    site.mkdir()
    run([str(Path(sys.executable).with_name("wagtail")), "start", "stock", str(site)], folder)
    (site / "home/models.py").write_text(MODELS)
    templates = site / "home/templates/home"
    (templates / "article_page.html").write_text(TEMPLATE)
    (templates / "bare_page.html").write_text(BARE_TEMPLATE)
    (site / "stock/settings/local.py").write_text(SETTINGS)
    settings = site / "stock/settings/dev.py"
    packing = '\nMIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]\n'
    settings.write_text(settings.read_text() + packing)
    (site / "words.html").write_text(words.partition("<body>")[2])
    manage = [sys.executable, "manage.py"]
    run([*manage, "makemigrations", "home"], site)
    run([*manage, "migrate"], site)
    run([*manage, "shell", "-c", FILL], site)
    return site
