"""Tells Django that this department exists, and enters its work in the schedule."""

from datetime import time, timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CirculationConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.circulation"
    label = "circulation"
    verbose_name = _("Circulation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to people, say what is held about them, and enter what is done by the clock."""
        from allauth.account.signals import user_logged_in
        from django.db.models.signals import post_delete, post_save
        from wagtail.signals import page_published

        from masthead.circulation import alarms, personal_data, receivers, shown, tasks
        from masthead.circulation.models import Institution, Network
        from masthead.circulation.promises import articles, copies, kinds, leaving
        from masthead.circulation.signals import to_be_confirmed
        from masthead.editorial.models import Issue
        from masthead.payments import signals as payments
        from masthead.payments import tasks as payment_tasks
        from masthead.people import signals
        from masthead.production import schedule

        signals.session_ended.connect(receivers.session_ended)
        signals.mail_proved.connect(receivers.mail_proved)
        user_logged_in.connect(receivers.signed_in)
        payments.charge_settled.connect(receivers.charge_settled)
        payments.charge_failed.connect(receivers.charge_failed)
        payments.dispute_ended.connect(receivers.dispute_ended)
        page_published.connect(receivers.issue_published, sender=Issue)
        to_be_confirmed.connect(receivers.to_be_confirmed)
        personal_data.register()
        alarms.register()
        for kind in (
            copies.Issues(),
            copies.PrintEdition(),
            copies.DigitalEdition(),
            articles.SubscriberArticles(),
            articles.Audio(),
            copies.PastIssues(),
            articles.AdFree(),
            leaving.MoneyBack(),
            leaving.CancelAnyTime(),
        ):
            kinds.register(kind)

        for model in shown.MODELS:
            post_save.connect(shown.changed, sender=model)
            post_delete.connect(shown.changed, sender=model)
        for who in (Institution, Network):
            post_save.connect(shown.networks_changed, sender=who)
            post_delete.connect(shown.networks_changed, sender=who)

        hourly = schedule.Every(timedelta(hours=1))
        schedule.enter("tell-the-front", tasks.tell_the_front, hourly)
        schedule.enter("forget-ended-sessions", tasks.forget_ended_sessions, hourly)
        schedule.enter("serve-issues", tasks.serve_issues, schedule.Daily(time(4, 15)))
        schedule.enter("tell-of-returned-post", tasks.tell_of_returned_post, hourly)
        # Between the comparison with what providers say, and the look into promises.
        schedule.enter("take-over-refunds", tasks.take_over_refunds, schedule.Daily(time(2, 30)))
        schedule.enter("earn-by-the-day", tasks.earn_by_the_day, schedule.Daily(time(2, 45)))
        # Banks and people are awake.
        schedule.enter("close-folds", tasks.close_folds, schedule.Daily(time(3, 15)))
        schedule.enter("renew", tasks.renew, schedule.Daily(time(8, 0)))
        schedule.enter("chase-credit", tasks.chase_credit, schedule.Daily(time(8, 15)))
        schedule.enter("tell-agencies", tasks.tell_agencies, schedule.Daily(time(8, 30)))
        daily = schedule.Daily(time(4, 30))
        schedule.enter("forget-revoked-feeds", tasks.forget_revoked_feeds, daily)
        schedule.enter("open-paid-orders", tasks.open_paid_orders, hourly)
        schedule.enter("close-what-was-charged-back", tasks.close_what_was_charged_back, hourly)
        schedule.enter("send-confirmations", tasks.send_confirmations, hourly)
        schedule.enter("release-single-copies", tasks.release_single_copies, hourly)
        schedule.enter("begin-waiting-gifts", tasks.begin_waiting_gifts, hourly)
        schedule.enter(
            "ask-for-promised-editions",
            tasks.ask_for_promised_editions,
            schedule.Daily(time(3, 30)),
        )
        # The schedule stands above payments, so we enter its work, too.
        quarterly = schedule.Every(timedelta(minutes=15))
        schedule.enter("sweep-payments", payment_tasks.sweep_payments, quarterly)
        nightly = schedule.Daily(time(2, 15))
        schedule.enter("compare-payments", payment_tasks.compare_payments, nightly)
        schedule.enter("look-into-promises", tasks.look_into_promises, schedule.Daily(time(5, 0)))
