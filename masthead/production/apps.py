"""Tells Django that this department exists, and enters its work in the schedule."""

from datetime import time, timedelta

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ProductionConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.production"
    label = "production"
    verbose_name = _("Production")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what production does by the clock, and listen for pages coming out."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.signals import page_published

        from masthead.advertising.models import Creative
        from masthead.editorial.archive import filing
        from masthead.editorial.models import Correction, Picture
        from masthead.production import (
            audio,
            book_sound,
            books,
            personal_data,
            press_runs,
            receivers,
            reconciling,
            renditions,
            renewal,
            schedule,
            tasks,
        )
        from masthead.production.models import Narration

        receivers.hear_of_changes()

        personal_data.register()
        books.furnish(book_sound.recordings_of)
        filing.hear_from(audio.heard_of)

        for model in renditions.PAGES_WITH_PICTURES:
            page_published.connect(receivers.page_published, sender=model)
        post_save.connect(receivers.picture_taken_in, sender=Picture)
        post_save.connect(receivers.creative_saved, sender=Creative)
        for signal in (post_save, post_delete):
            signal.connect(receivers.correction_made, sender=Correction)
        post_save.connect(receivers.narration_finished, sender=Narration)

        schedule.enter(
            "publish-scheduled", tasks.publish_scheduled, schedule.Every(timedelta(minutes=1))
        )
        schedule.enter(
            "issues-on-sale", tasks.put_due_issues_on_sale, schedule.Every(timedelta(minutes=1))
        )
        schedule.enter(
            "tend-the-archive", tasks.tend_the_archive, schedule.Every(timedelta(minutes=1))
        )
        schedule.enter("forget-old-tasks", tasks.forget_old_tasks, schedule.Daily(time(4, 10)))
        schedule.enter(
            "forget-old-sessions", tasks.forget_old_sessions, schedule.Daily(time(4, 20))
        )
        schedule.enter("forget-old-guests", tasks.forget_old_guests, schedule.Daily(time(4, 25)))
        schedule.enter("renew-editions", renewal.renew_all, schedule.Daily(time(4, 30)))
        schedule.enter("catch-up-with-audio", audio.catch_up, schedule.Daily(time(4, 35)))
        schedule.enter(
            "press-what-is-stale",
            press_runs.press_what_is_stale,
            schedule.Every(timedelta(minutes=1)),
        )
        schedule.enter(
            "turn-advertisements", tasks.turn_advertisements, schedule.Every(tasks.QUARTER)
        )
        schedule.enter("pack-harder", press_runs.pack_harder, schedule.Every(timedelta(minutes=1)))
        schedule.enter("reconcile", reconciling.reconcile_some, schedule.Daily(time(3, 0)))
        schedule.enter("press-everything", press_runs.press_everything, schedule.Daily(time(3, 5)))
        if settings.INSTALLATION.nodes.several:
            schedule.enter("tidy-the-depot", tasks.tidy_the_depot, schedule.Daily(time(4, 40)))
        nightly = settings.INSTALLATION.backups
        # Of several machines the one that has the clock may keep none, and another one some.
        if nightly.keep or settings.INSTALLATION.nodes.several:
            schedule.enter("back-up", tasks.back_up, schedule.Daily(time.fromisoformat(nightly.at)))
