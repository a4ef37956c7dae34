"""Django's settings, made from the installation.

The owner's choices are read in `installation.py`; what stands here follows from them or
is the same for everybody.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from masthead.config import installation, machines, mail, themes
from masthead.editorial import intake
from masthead.newsstand.theme import LAMP, Theme

INSTALLATION = installation.here()
_magazine, _server, _mail = INSTALLATION.magazine, INSTALLATION.server, INSTALLATION.mail

DEBUG = INSTALLATION.debug
SECRET_KEY = INSTALLATION.secret_key
SECRET_KEY_FALLBACKS = list(INSTALLATION.old_secret_keys)
ALLOWED_HOSTS = [INSTALLATION.host_name, *_server.also_answers_to]
if not _server.production:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    # Ours come first, so that their templates win over Wagtail's. Upper rows before lower.
    "masthead.config",
    "masthead.newsstand",
    "masthead.office",
    "masthead.exchange",
    "masthead.circulation",
    "masthead.production",
    "masthead.advertising",
    "masthead.editorial",
    "masthead.payments",
    "masthead.people",
    "masthead.mailroom",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "masthead.office.users.StaffConfig",  # Wagtail's users, without the readers.
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_countries",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
if INSTALLATION.database.url:
    INSTALLED_APPS.append("django.contrib.postgres")
if find_spec("django_linear_migrations"):  # Only where Masthead itself is developed.
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "masthead.config.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "masthead.config.canonical_host.lead_home",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "masthead.config.compression.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "masthead.newsstand.passes.hand_out",
    "masthead.newsstand.own_requests.spare_readers",
    "allauth.account.middleware.AccountMiddleware",
    "masthead.office.second_factor.AskTwice",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "masthead.config.urls"
WSGI_APPLICATION = "masthead.config.wsgi.application"

THEME: Theme = themes.chosen(_magazine.theme)
# Ours is an app already; another's templates and files are looked up before it.
_theme_folder = [] if THEME == LAMP else [THEME.folder]
# Django keeps templates even while debugging; who draws a theme wants them read anew.
_template_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder / "templates" for folder in _theme_folder],
        "APP_DIRS": not DEBUG,
        "OPTIONS": {
            **({"loaders": _template_loaders} if DEBUG else {}),
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


KEPT_OPEN = 60
"""Seconds for which a thread keeps its connection to the database, from one request to the next."""


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": INSTALLATION.database_file,
        # Opening the file means reading what tables there are: ten times the work of a query.
        "CONN_MAX_AGE": KEPT_OPEN,
        "OPTIONS": {
            # Django's default begins as a reader and fails when it turns writer; asking
            # for the write lock at once makes transactions wait instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a commit that was answered for survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": KEPT_OPEN,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {
    "default": _postgresql(INSTALLATION.database.url) if INSTALLATION.database.url else _sqlite()
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES: dict[str, dict[str, Any]] = {
    **machines.storages(INSTALLATION),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
_in_memory = "django.core.cache.backends.locmem.LocMemCache"
CACHES: dict[str, dict[str, Any]] = {
    "default": machines.cache(INSTALLATION),
    # A feed may weigh a megabyte, and every process keeps its own; a crawler that walks
    # through those of all contributors and topics must not fill the machine.
    "feeds": {"BACKEND": _in_memory, "LOCATION": "feeds", "OPTIONS": {"MAX_ENTRIES": 60}},
}
MEDIA_ROOT = INSTALLATION.media
MEDIA_URL = "/media/"
STATIC_ROOT = INSTALLATION.static
STATIC_URL = "/static/"
STATICFILES_DIRS = [folder / "static" for folder in _theme_folder if (folder / "static").is_dir()]
# Long articles post thousands of form fields; pictures have a limit of their own.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

AUTH_USER_MODEL = "people.User"
# Django looks for `unique=True` on the mail address; ours is unique whatever its case, by
# a constraint that the check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
LOGOUT_REDIRECT_URL = "/"
_code: dict[str, Any] = {"length": 6, "dashed": True}
ACCOUNT_ADAPTER = "masthead.people.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# allauth's own way of signing up is closed; by this it knows to ask some for a password.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = _code
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = _code
# Letters take their time; the session waits for fifteen minutes at most.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if INSTALLATION.is_https else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = _server.trusted_proxies
MFA_ADAPTER = "masthead.people.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A finger, a face or a PIN: a passkey that was stolen opens nothing.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not INSTALLATION.is_https
MFA_TOTP_ISSUER = _magazine.name
# A clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# The owner vouches for staff before there is a mail server to prove their addresses with.
MFA_ALLOW_UNVERIFIED_EMAIL = True
OFFICE_SECOND_FACTOR = INSTALLATION.office.second_factor
# Whether every other host under the same name speaks HTTPS, too, only the owner knows: they
# say so in masthead.toml, and Django need not ask again.
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = _magazine.language
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

EMAIL_BACKEND = mail.backend(INSTALLATION)
ANYMAIL = mail.service_settings(INSTALLATION)
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = INSTALLATION.mail_password
EMAIL_USE_TLS = _mail.security == "starttls"
EMAIL_USE_SSL = _mail.security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = INSTALLATION.sender

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = INSTALLATION.is_https
SESSION_COOKIE_HTTPONLY = True
# `__Host-` makes browsers refuse a cookie that another host of the domain has set; they take
# such a name only over HTTPS.
_prefix = "__Host-" if INSTALLATION.is_https else ""
PASS_COOKIE, TICKET_COOKIE = f"{_prefix}pass", f"{_prefix}ticket"
SIGNED_IN_COOKIE = f"{_prefix}signed-in"
CSRF_TRUSTED_ORIGINS = [_magazine.address]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# For browsers that know no content security policy; Wagtail lets itself show previews.
X_FRAME_OPTIONS = "DENY"
if _server.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = INSTALLATION.is_https
if _server.production and INSTALLATION.is_https:
    SECURE_HSTS_SECONDS = _server.hsts_days * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = _server.hsts_subdomains
    SECURE_HSTS_PRELOAD = _server.hsts_preload

TASKS = {"default": machines.tasks(INSTALLATION)}

WAGTAIL_SITE_NAME = _magazine.name
WAGTAILADMIN_BASE_URL = _magazine.address
WAGTAILIMAGES_IMAGE_MODEL = "editorial.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "masthead.editorial.picture_forms.PictureForm"
WAGTAILIMAGES_RENDITION_STORAGE = "public"
WAGTAILIMAGES_EXTENSIONS = [*intake.PICTURES]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = INSTALLATION.pictures.max_megabytes * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = INSTALLATION.pictures.max_megapixels * 1_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "editorial.Attachment"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [*intake.ATTACHMENTS]
WAGTAILDOCS_MAX_UPLOAD_SIZE = intake.LARGEST_ATTACHMENT_BYTES
# Browsers put attachments away and show none of them, PDF included; `headers.FILES` is the
# policy that goes along, stricter than Wagtail's own.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "masthead.config.search"}}
# The house asks nobody outside about versions, faces or embeds.
WAGTAIL_ENABLE_UPDATE_CHECK = False
# Signing in and mail addresses are the account's business, which proves them.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "masthead.config.logs.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"masthead": {"level": "INFO"}, "django": {"level": "WARNING", "propagate": True}},
}
