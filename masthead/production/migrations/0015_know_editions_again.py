from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("production", "0014_pages_wait_in_a_depot"),
    ]

    operations = [
        migrations.AddField(
            model_name="depot",
            name="marks",
            field=models.JSONField(
                blank=True, default=list, verbose_name="marks of the last editions"
            ),
        ),
    ]
