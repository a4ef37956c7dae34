
import django.db.models.deletion
import modelcluster.fields
import taggit.managers
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('editorial', '0001_found_the_magazine'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='uploaded_by_user',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user'),
        ),
        migrations.AddField(
            model_name='contentsentry',
            name='article',
            field=models.OneToOneField(error_messages={'unique': 'This article stands in another issue. Take it out of that one first.'}, on_delete=django.db.models.deletion.CASCADE, related_name='placement', to='editorial.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='articlebyline',
            name='contributor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bylines', to='editorial.contributor', verbose_name='contributor'),
        ),
        migrations.AddField(
            model_name='contributorlink',
            name='contributor',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='editorial.contributor'),
        ),
        migrations.AddField(
            model_name='correction',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='correction',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='editorial.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='correction',
            name='revision_after',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision'),
        ),
        migrations.AddField(
            model_name='correction',
            name='revision_before',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision'),
        ),
        migrations.AddField(
            model_name='dossierentry',
            name='article',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='dossier_entries', to='editorial.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='dossierentry',
            name='dossier',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='editorial.dossier'),
        ),
        migrations.AddField(
            model_name='frontpagepick',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editorial.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='frontpagepick',
            name='front_page',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='picks', to='editorial.frontpage'),
        ),
        migrations.AddField(
            model_name='frontvariant',
            name='article',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='front_variants', to='editorial.article'),
        ),
        migrations.AddField(
            model_name='coverline',
            name='issue',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='cover_lines', to='editorial.issue'),
        ),
        migrations.AddField(
            model_name='contentsentry',
            name='issue',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='contents', to='editorial.issue'),
        ),
        migrations.AddField(
            model_name='mention',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='editorial.article'),
        ),
        migrations.AddField(
            model_name='note',
            name='article',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='editorial.article'),
        ),
        migrations.AddField(
            model_name='picture',
            name='collection',
            field=models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection'),
        ),
        migrations.AddField(
            model_name='picture',
            name='tags',
            field=taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='picture',
            name='uploaded_by_user',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user'),
        ),
        migrations.AddField(
            model_name='issue',
            name='cover',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='editorial.picture', verbose_name='cover picture'),
        ),
        migrations.AddField(
            model_name='dossier',
            name='picture',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='editorial.picture', verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='contributor',
            name='portrait',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='editorial.picture', verbose_name='portrait'),
        ),
        migrations.AddField(
            model_name='rendition',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='editorial.picture'),
        ),
        migrations.AddField(
            model_name='article',
            name='section',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='editorial.section', verbose_name='section'),
        ),
        migrations.AddField(
            model_name='source',
            name='article',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='editorial.article'),
        ),
        migrations.AddField(
            model_name='issue',
            name='publication',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='editorial.title', verbose_name='publication'),
        ),
        migrations.AddField(
            model_name='frontpage',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='front_pages', to='editorial.title', verbose_name='publication'),
        ),
        migrations.AddField(
            model_name='mention',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='editorial.topic'),
        ),
        migrations.AddField(
            model_name='articletopic',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='article_links', to='editorial.topic', verbose_name='topic'),
        ),
        migrations.AlterUniqueTogether(
            name='rendition',
            unique_together={('image', 'filter_spec', 'focal_point_key')},
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(fields=('publication', 'sequence'), name='one_issue_per_sequence'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('on_sale_at__isnull', False), ('state', 'on_sale')), models.Q(('state', 'on_sale'), _negated=True), _connector='OR'), name='issue_on_sale_since_some_moment'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('article', 'topic'), name='one_mention_per_topic'),
        ),
    ]
