from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0009_search_the_archive"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["section", "-published_at"], name="newest_of_section"),
        ),
    ]
