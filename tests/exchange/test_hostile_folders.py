"""Nobody vouches for a folder: what is broken or means harm is a line of the report."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from masthead.editorial import intake, manuscripts
from masthead.editorial.models import Article, Attachment, Contributor, Picture, Section
from masthead.exchange.importers import folder as folders
from masthead.manuscript import nodes, walk
from tests.exchange.conftest import article, reasons

pytestmark = pytest.mark.django_db
FRONT = "title: A\ndate: 2026-01-01"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "x/../../secret.png",
        "~/secret.png",
        "..\\secret.png",
        "%2e%2e/secret.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_picture_outside_of_the_folder_is_never_opened(lay, draw, bring_in, monkeypatch, path):
    draw("../secret.png")
    opened = []
    monkeypatch.setattr(intake, "look_at_picture", lambda file, name: opened.append(name))
    lay("a/index.md", f"{FRONT}\nlead_figure: {{picture: '{path}'}}", f"Words.\n\n![x]({path})")
    report = bring_in()
    assert opened == []
    assert not Picture.objects.exists()
    assert reasons(report, "a/index.md")
    assert article("a").live


def test_links_that_leave_the_folder_are_not_followed(lay, folder, draw, bring_in):
    secret = draw("../secret.png")
    lay("../outside/hidden.md", "title: Hidden\ndate: 2026-01-01")
    lay("a/index.md", FRONT, "![x](link.png)")
    (folder / "a/link.png").symlink_to(secret)
    (folder / "b.md").symlink_to(folder.parent / "outside/hidden.md")
    (folder / "c").symlink_to(folder.parent / "outside")
    (folder / "d.md").symlink_to("d.md")
    report = bring_in()
    assert [one.title for one in Article.objects.all()] == ["A"]
    assert not Picture.objects.exists()
    assert "leads out of the folder" in reasons(report, "a/index.md")
    assert "leads out of the folder" in reasons(report, "b.md")
    assert "a link to a folder" in reasons(report, "c")
    assert reasons(report, "d.md")


def test_a_link_within_the_folder_is_as_good_as_a_file(lay, folder, draw, bring_in):
    draw("pictures/real.png")
    lay("a/index.md", FRONT, "![x](link.png)")
    (folder / "a/link.png").symlink_to(folder / "pictures/real.png")
    assert bring_in().pictures == 1


def test_one_broken_file_does_not_stop_the_others(lay, folder, bring_in):
    lay("good.md", FRONT)
    (folder / "yaml.md").write_text("---\ntitle: [unclosed\n---\nWords.")
    (folder / "bomb.md").write_text("---\na: &a [x]\ntitle: [*a, *a]\n---\nWords.")
    (folder / "endless.md").write_text("---\ntitle: A\n")
    (folder / "list.md").write_text("---\n- a\n- b\n---\nWords.")
    (folder / "latin.md").write_bytes("---\ntitle: Caf\xe9\n---\nWords.".encode("latin-1"))
    (folder / "nothing.md").write_bytes(b"")
    (folder / "kind.md").write_text("---\ntitle: A\nkind: advert\n---\nWords.")
    (folder / "date.md").write_text("---\ntitle: A\ndate: yesterday\n---\nWords.")
    (folder / "long.md").write_text(f"---\ntitle: {'x' * 300}\n---\nWords.")
    (folder / "language.md").write_text("---\ntitle: A\nlanguage: <script>\n---\nWords.")
    (folder / "key.md").write_text('---\ntitle: "A\\0B"\ndate: 2026-01-01\n---\nWords.')
    (folder / "folder.md").mkdir()
    report = bring_in()
    assert article("good").live
    told = {
        "yaml.md": "not valid YAML",
        "bomb.md": "aliases",
        "endless.md": "has no end",
        "list.md": "key: value",
        "latin.md": "not UTF-8",
        "nothing.md": "no title",
        "kind.md": "no kind “advert”",
        "date.md": "is no date",
        "long.md": "255",
        "language.md": "language tag",
    }
    for file, words in told.items():
        assert words in reasons(report, file), file
    assert not Article.objects.filter(slug__in=[name[:-3] for name in told]).exists()


def test_a_byte_order_mark_and_lines_of_windows_do_no_harm(folder, bring_in):
    (folder / "a.md").write_bytes(
        b"\xef\xbb\xbf---\r\ntitle: A\r\ndate: 2026-01-01\r\n---\r\n\r\nOne.\r\n\r\nTwo.\r\n"
    )
    assert bring_in().published == 1
    assert walk.plain_text(manuscripts.to_manuscript(article("a"))) == "One.\n\nTwo."


def test_a_text_too_large_to_be_one_is_refused_with_the_limit(lay, bring_in, monkeypatch):
    monkeypatch.setattr(folders, "LARGEST_TEXT_BYTES", 1_000_000)
    lay("a.md", FRONT, "x" * 1_100_000)
    assert "a text may have 1 MB" in reasons(bring_in(), "a.md")


def test_scripts_and_what_runs_do_not_come_along(lay, bring_in):
    lay(
        "a.md",
        f"{FRONT}\nsources: [{{id: s, title: S, url: 'javascript:alert(1)'}}]",
        "<p onclick='alert(1)'>Words <a href='javascript:alert(2)'>here</a>.</p>\n\n"
        "<script>alert(3)</script>\n\n[there](javascript:alert(4))\n\n<iframe src='//x'></iframe>\n\n"
        '::keyfigure {label="L" value="1" url="javascript:alert(5)"}\n\n'
        ':::quotation {speaker="S" url="vbscript:x"}\nSaid.\n:::\n',
    )
    lay("b.md", "kind: contributor\nname: B\nlinks: {Home: 'javascript:alert(6)'}")
    lay("c.md", "kind: topic\nname: C\nreference: 'javascript:alert(7)'")
    report = bring_in()
    body = str(article("a").body.get_prep_value())
    assert "alert" not in body
    assert "vbscript" not in body
    assert "Words" in body
    assert "here" in body
    assert not article("a").sources.get().url
    assert "<script> was removed" in reasons(report, "a.md")
    assert "<iframe> was removed" in reasons(report, "a.md")
    assert not Contributor.objects.get().links.exists()
    assert "no address of the web" in reasons(report, "b.md")
    assert reasons(report, "c.md")


def test_pictures_that_cannot_be_used_leave_the_words_and_say_why(lay, draw, folder, bring_in):
    whole = draw("whole.png", size=(300, 300)).read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("I am no picture.")
    Image.new("1", (8000, 6300)).save(folder / "large.png")
    shown = ["missing.png", "half.png", "text.png", "large.png", "https://x.example/y.png"]
    figures = "\n\n".join(f'![x]({name} "Under {name}.")' for name in shown)
    lay("a.md", f"{FRONT}\nlead_figure: missing.png", f"Words before.\n\n{figures}\n\nWords after.")
    report = bring_in()
    told = reasons(report, "a.md")
    for words in (
        "“missing.png” is missing",
        "“half.png” is damaged",
        "“text.png” is no picture",
        "more than 40 megapixels",
        "lies on another host",
        "Under half.png.",
    ):
        assert words in told
    assert not Picture.objects.exists()
    assert report.pictures == 0
    text = walk.plain_text(manuscripts.to_manuscript(article("a")))
    assert text == "Words before.\n\nWords after."


def test_a_picture_is_known_by_its_bytes_and_keeps_its_first_rights(lay, draw, bring_in):
    draw("x/one.png", "red")
    draw("y/two.png", "red")
    lay("x/index.md", f"{FRONT}\npictures: {{one.png: {{credit: Ada}}}}", "![x](one.png)")
    lay(
        "y/index.md",
        f"{FRONT}\npictures: {{two.png: {{credit: Bea, place: Faro}}, three.png: {{credit: C}}}}",
        "![x](two.png)",
    )
    report = bring_in()
    one = Picture.objects.get()
    assert (one.credit, one.place) == ("Ada", "Faro")
    assert report.pictures == 1
    assert "another “credit”" in reasons(report, "y/index.md")
    assert "does not show “three.png”" in reasons(report, "y/index.md")


def test_media_are_looked_for_by_name_and_by_address(lay, draw, folder, bring_in):
    draw("../media/2026/pier.png", "red")
    draw("../media/crane.png", "blue")
    draw("../media/quay.png", "green")
    lay(
        "a.md",
        FRONT,
        "![x](crane.png) ![x](/media/2026/pier.png) ![x](https://old.example/up/quay.png?w=9)",
    )
    assert bring_in().pictures == 0
    lay(
        "a.md",
        FRONT,
        "![x](crane.png) ![x](/2026/pier.png) ![x](https://old.example/up/quay.png?w=9)",
    )
    report = bring_in(media=folder.parent / "media")
    assert report.not_carried == []
    assert report.pictures == 3


def test_a_recording_that_is_none_leaves_its_transcript(lay, folder, bring_in):
    (folder / "page.html").write_text("<script>alert(1)</script>")
    lay("a.md", FRONT, ':::audio {audio="page.html" title="T"}\nWhat is said.\n:::\n')
    assert "is no recording" in reasons(bring_in(), "a.md")
    assert not Attachment.objects.exists()
    body = manuscripts.to_manuscript(article("a")).body
    assert [type(block) for block in body] == [nodes.Paragraph]


def test_keys_of_nothing_lead_nowhere(lay, bring_in):
    kinds = ["article", "page", "picture", "audio", "topic", "issue", "contributor", "dossier"]
    links = " ".join(f"[x]({kind}:nothing) [y]({kind}:{'0' * 32})" for kind in kinds)
    lay("a.md", FRONT, f"Words {links} [z]{{mention=topic:x}} [q]{{mention=page:y}}.")
    assert "leads nowhere" in reasons(bring_in(), "a.md")
    words = list(walk.words(manuscripts.to_manuscript(article("a"))))
    assert not [word for word in words if isinstance(word, nodes.Link | nodes.Mention)]


def test_a_section_cannot_take_an_address_of_the_house(lay, bring_in):
    lay("a.md", f"{FRONT}\nsection: account")
    bring_in()
    assert Section.objects.get().slug == "account-2"


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_never_more_than_a_line_of_the_report(folder, bring_in, seed):
    dice = random.Random(seed)  # noqa: S311
    pieces = [
        "---\n",
        "title: A\n",
        "date: 2026-01-01\n",
        ":::",
        "aside",
        "{",
        "}",
        "![",
        "](",
        ")",
    ]
    pieces += [
        "<p>",
        "</",
        "[^1]",
        "|",
        "-|-\n",
        "\x00",
        "\\",
        "`" * 3,
        "\n",
        " ",
        "é",
        "issue: [1]\n",
    ]
    for number in range(12):
        text = "".join(dice.choices(pieces, k=60))
        (folder / f"{number}.md").write_text(f"---\ntitle: A\n{text}", encoding="utf-8")
        (folder / f"x{number}.md").write_text(f"---\ntitle: A\n---\n{text}", encoding="utf-8")
    report = bring_in()
    assert Article.objects.filter(slug__startswith="x").count() == 12
    assert bring_in() == report
