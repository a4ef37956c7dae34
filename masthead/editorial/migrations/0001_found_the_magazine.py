import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import modelsearch.index
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.db import migrations, models

import masthead.editorial.blocks.field
import masthead.editorial.models.picture
import masthead.editorial.models.title
import masthead.editorial.scopes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleIndex",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "all articles",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ContentsEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "department",
                    models.CharField(
                        blank=True,
                        help_text="The heading it stands under in the contents. Left empty: its section.",
                        max_length=80,
                        verbose_name="department",
                    ),
                ),
                (
                    "page_hint",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "contents entry",
                "verbose_name_plural": "contents entries",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contributor",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        help_text="Such as “foreign editor”.",
                        max_length=120,
                        verbose_name="role",
                    ),
                ),
                ("biography", models.TextField(blank=True, verbose_name="biography")),
                (
                    "sort_name",
                    models.CharField(
                        blank=True,
                        help_text="Such as “Okafor, Ada”. Left empty, the last word of the name comes first.",
                        max_length=160,
                        verbose_name="sorted as",
                    ),
                ),
            ],
            options={
                "verbose_name": "contributor",
                "verbose_name_plural": "contributors",
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="ContributorIndex",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "all contributors",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ContributorLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("label", models.CharField(max_length=80, verbose_name="label")),
                (
                    "url",
                    models.CharField(
                        max_length=300,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(https?://|mailto:)\\S+$",
                                "Write a whole address, such as https://example.org or mailto:me@example.org.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Correction"),
                            ("clarification", "Clarification"),
                            ("update", "Update"),
                            ("retraction", "Retraction"),
                        ],
                        default="correction",
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Say what was wrong and what is right, in a sentence or two.",
                        verbose_name="text",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at"),
                ),
                (
                    "editions_affected",
                    masthead.editorial.scopes.EditionsField(
                        blank=True, default=list, verbose_name="editions affected"
                    ),
                ),
                ("block", models.CharField(blank=True, editable=False, max_length=120)),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CoverLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("text", models.CharField(max_length=120, verbose_name="line")),
                (
                    "explanation",
                    models.CharField(blank=True, max_length=200, verbose_name="explanation"),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("standfirst", models.TextField(blank=True, verbose_name="standfirst")),
            ],
            options={
                "verbose_name": "dossier",
                "verbose_name_plural": "dossiers",
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="DossierEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("happened_on", models.DateField(verbose_name="date")),
                ("text", models.CharField(max_length=300, verbose_name="what happened")),
            ],
            options={
                "verbose_name": "dossier entry",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrontPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "introduction",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for search engines and for readers who come for the first time.",
                        max_length=300,
                        verbose_name="introduction",
                    ),
                ),
            ],
            options={
                "verbose_name": "front page",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="FrontPagePick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrontVariant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "editions",
                    masthead.editorial.scopes.EditionsField(
                        blank=True, default=list, verbose_name="editions"
                    ),
                ),
                ("kicker", models.CharField(blank=True, max_length=80, verbose_name="kicker")),
                ("headline", models.CharField(blank=True, max_length=255, verbose_name="headline")),
                ("standfirst", models.TextField(blank=True, verbose_name="standfirst")),
                (
                    "lead_figure",
                    masthead.editorial.blocks.field.BodyField(
                        blank=True, verbose_name="lead figure"
                    ),
                ),
            ],
            options={
                "verbose_name": "variant of the front matter",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        editable=False,
                        help_text="Counts every issue of the title; given once and never used again.",
                        verbose_name="sequence",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="As printed on the cover.", max_length=20, verbose_name="number"
                    ),
                ),
                ("volume", models.CharField(blank=True, max_length=20, verbose_name="volume")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("regular", "Regular"),
                            ("double", "Double"),
                            ("special", "Special"),
                        ],
                        default="regular",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "counts_as",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="2 for a double issue, 0 for a free special.",
                        verbose_name="counts as copies",
                    ),
                ),
                ("cover_date", models.DateField(verbose_name="cover date")),
                (
                    "cover_date_text",
                    models.CharField(
                        blank=True,
                        help_text="Such as “Spring 2027”. Left empty, the date itself is printed.",
                        max_length=60,
                        verbose_name="cover date as printed",
                    ),
                ),
                (
                    "planned_on_sale_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="goes on sale"),
                ),
                (
                    "on_sale_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="on sale since"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("on_sale", "On sale"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "editors_note",
                    wagtail.fields.RichTextField(blank=True, verbose_name="editor’s note"),
                ),
            ],
            options={
                "verbose_name": "issue",
                "verbose_name_plural": "issues",
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="IssueIndex",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "newsstand",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("key", models.UUIDField(blank=True, default=uuid.uuid4)),
                ("text", wagtail.fields.RichTextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "footnote",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("width", models.IntegerField(editable=False, verbose_name="width")),
                ("height", models.IntegerField(editable=False, verbose_name="height")),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True, db_index=True, verbose_name="created at"
                    ),
                ),
                ("focal_point_x", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_y", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_width", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_height", models.PositiveIntegerField(blank=True, null=True)),
                ("file_size", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "file_hash",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=40),
                ),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=masthead.editorial.models.picture.private_storage,
                        upload_to=wagtail.images.models.get_upload_to,
                        verbose_name="file",
                        width_field="width",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True,
                        help_text="What is to be seen, for those who cannot. Articles start from it.",
                        max_length=255,
                        verbose_name="alternative text",
                    ),
                ),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        help_text="Printed beside the picture.",
                        max_length=200,
                        verbose_name="credit",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                (
                    "licensor",
                    models.CharField(
                        blank=True,
                        help_text="Who allowed us to use it: the maker, an agency, a licence.",
                        max_length=200,
                        verbose_name="licensor",
                    ),
                ),
                (
                    "permitted_editions",
                    masthead.editorial.scopes.EditionsField(
                        blank=True,
                        default=list,
                        help_text="None ticked means all editions.",
                        verbose_name="permitted editions",
                    ),
                ),
                (
                    "usable_from",
                    models.DateField(blank=True, null=True, verbose_name="usable from"),
                ),
                (
                    "usable_until",
                    models.DateField(blank=True, null=True, verbose_name="usable until"),
                ),
                (
                    "rights_note",
                    models.TextField(
                        blank=True,
                        help_text="What was agreed: uses, territory, fee.",
                        verbose_name="terms of use",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "permissions": [("choose_image", "Can choose picture")],
                "abstract": False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filter_spec", models.CharField(db_index=True, max_length=255)),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=wagtail.images.models.get_rendition_storage,
                        upload_to=wagtail.images.models.get_rendition_upload_to,
                        width_field="width",
                    ),
                ),
                ("width", models.IntegerField(editable=False)),
                ("height", models.IntegerField(editable=False)),
                (
                    "focal_point_key",
                    models.CharField(blank=True, default="", editable=False, max_length=16),
                ),
            ],
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "introduction",
                    models.CharField(blank=True, max_length=300, verbose_name="introduction"),
                ),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "handle",
                    models.SlugField(
                        help_text="What citations in the text call it, such as audit-2026.",
                        max_length=60,
                        verbose_name="short name",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("author", models.CharField(blank=True, max_length=200, verbose_name="author")),
                (
                    "outlet",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="publisher or outlet"
                    ),
                ),
                (
                    "published_on",
                    models.DateField(blank=True, null=True, verbose_name="published on"),
                ),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            ],
            options={
                "verbose_name": "source",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Title",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("tagline", models.CharField(blank=True, max_length=200, verbose_name="tagline")),
                (
                    "language",
                    models.CharField(
                        default="en",
                        help_text="The language most articles are written in, such as en, en-GB or fr.",
                        max_length=35,
                        verbose_name="language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[masthead.editorial.models.title.check_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "lead_words",
                    models.PositiveSmallIntegerField(
                        default=80,
                        help_text="Where an article has no lead marker, everybody may read up to the end of the paragraph in which this many words are reached.",
                        validators=[django.core.validators.MinValueValidator(10)],
                        verbose_name="words in a lead",
                    ),
                ),
                ("issn", models.CharField(blank=True, max_length=9, verbose_name="ISSN")),
                (
                    "publisher",
                    models.CharField(blank=True, max_length=200, verbose_name="publisher"),
                ),
            ],
            options={
                "verbose_name": "title",
                "verbose_name_plural": "titles",
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("place", "Place"),
                            ("event", "Event"),
                            ("theme", "Theme"),
                        ],
                        default="theme",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                (
                    "reference",
                    models.URLField(
                        blank=True,
                        help_text="An address that says beyond doubt what is meant.",
                        verbose_name="reference",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="TopicIndex",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "all topics",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("kicker", models.CharField(blank=True, max_length=80, verbose_name="kicker")),
                ("standfirst", models.TextField(blank=True, verbose_name="standfirst")),
                (
                    "language",
                    models.CharField(
                        default="en",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
                                "Write a language tag such as en, en-GB, fr or ar (BCP 47).",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "dateline_place",
                    models.CharField(blank=True, max_length=120, verbose_name="dateline"),
                ),
                ("dateline_on", models.DateField(blank=True, null=True, verbose_name="written on")),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        db_index=True,
                        help_text="Left empty, the moment of first publication.",
                        null=True,
                        verbose_name="published at",
                    ),
                ),
                (
                    "revised_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When readers should know that it has changed.",
                        null=True,
                        verbose_name="revised at",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        choices=[
                            ("open", "Everybody"),
                            ("registered", "Readers who signed up"),
                            ("metered", "Readers who signed up, a few a month"),
                            ("subscribers", "Subscribers"),
                        ],
                        default="subscribers",
                        max_length=11,
                        verbose_name="for",
                    ),
                ),
                (
                    "release",
                    models.CharField(
                        choices=[
                            ("when_ready", "When it is ready"),
                            ("with_issue", "With the issue"),
                        ],
                        default="when_ready",
                        max_length=10,
                        verbose_name="comes out",
                    ),
                ),
                (
                    "lead_figure",
                    masthead.editorial.blocks.field.BodyField(
                        blank=True, verbose_name="lead figure"
                    ),
                ),
                (
                    "body",
                    masthead.editorial.blocks.field.BodyField(blank=True, verbose_name="text"),
                ),
                (
                    "approved_revision",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "permissions": [("read_everything", "Can read every article, whoever it is for")],
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="ArticleByline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="For a guest without a page, or where it differs from the contributor’s.",
                        max_length=160,
                        verbose_name="name as printed",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        help_text="Such as “Photographs by”.",
                        max_length=80,
                        verbose_name="role",
                    ),
                ),
                (
                    "article",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bylines",
                        to="editorial.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "byline",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ArticleTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "article",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_links",
                        to="editorial.article",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("file_size", models.PositiveBigIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "file",
                    models.FileField(
                        storage=masthead.editorial.models.picture.private_storage,
                        upload_to="attachments",
                        verbose_name="file",
                    ),
                ),
                ("sha256", models.CharField(db_index=True, editable=False, max_length=64)),
                ("media_type", models.CharField(blank=True, editable=False, max_length=100)),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "tags",
                    taggit.managers.TaggableManager(
                        blank=True,
                        help_text=None,
                        through="taggit.TaggedItem",
                        to="taggit.Tag",
                        verbose_name="tags",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "permissions": [("choose_document", "Can choose attachment")],
                "abstract": False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
    ]
