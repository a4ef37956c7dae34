"""Appointing people to the office."""

from __future__ import annotations

from django.contrib.auth.models import Group

from masthead.people.models import User


def appoint(email: str, *, name: str = "", group: str, password: str | None = None) -> User:
    """Return the person with that mail address, now a member of a group of staff.

    Makes the person if there is none; a password is only set on a new one.

    Raises:
        Group.DoesNotExist: there is no such group; the title has not been founded.
    """
    first, _space, last = name.partition(" ")
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, first_name=first, last_name=last)
    user.groups.add(Group.objects.get(name=group))
    return user
