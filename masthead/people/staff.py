"""Appointing people to the office, and who works there."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from masthead.people import mail_addresses
from masthead.people.models import User

OPENS_THE_OFFICE = "wagtailadmin.access_admin"
"""The permission that makes somebody staff."""


def appoint(email: str, *, name: str = "", group: str, password: str | None = None) -> User:
    """Return the person with that mail address, now a member of a group of staff.

    Makes the person if there is none; a password is only set on a new one. Whoever calls
    this vouches that the address is theirs.

    Raises:
        Group.DoesNotExist: there is no such group; the title has not been founded.
    """
    first, _space, last = name.partition(" ")
    user = User.objects.with_mail(email)
    if user is None:
        user = User.objects.create_user(email, password, first_name=first, last_name=last)
    user.groups.add(Group.objects.get(name=group))
    mail_addresses.vouch(user)
    return user


def works_here(user: User) -> bool:
    """Say whether `user` may come into the office."""
    return user.has_perm(OPENS_THE_OFFICE)


def among(people: QuerySet[User]) -> QuerySet[User]:
    """Return those of `people` who may come into the office, or could before they were barred."""
    app, codename = OPENS_THE_OFFICE.split(".")
    opens = Permission.objects.filter(content_type__app_label=app, codename=codename)
    return people.filter(
        Q(is_superuser=True) | Q(user_permissions__in=opens) | Q(groups__permissions__in=opens)
    ).distinct()
