"""The door that web servers knock on."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from masthead.config.behind_front import behind_front

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.config.settings")
application = behind_front(get_wsgi_application())
