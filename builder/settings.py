"""Django's settings, built from the environment and the data folder; nothing is edited by hand."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from builder import admin_settings, environment
from runtime.observe.logs import logging_config
from runtime.services.web_patience import OPTIONS

BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.data_dir()

SECRET_KEY = environment.secret_key(DATA_DIR)
try:
    ENCRYPTION_KEYS = environment.encryption_keys(DATA_DIR)
except environment.BadKeyError as error:
    raise SystemExit(str(error)) from None
DEBUG = environment.flag("SEGUE_DEBUG")

# --- where the world finds us ---------------------------------------------------------------
# Given by the operator it counts everywhere; else the launcher says where we listen, and pages
# show the address they were opened at.
_given_url = os.environ.get("SEGUE_PUBLIC_URL", "").rstrip("/")
PUBLIC_URL_GIVEN = bool(_given_url)
PUBLIC_URL = _given_url or os.environ.get("SEGUE_OWN_URL", "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
# Unless the operator lists names, builder.middleware.known_host decides: Django's list cannot say
# "any bare IP address", and its refusal says nothing to do.
_listed_hosts = environment.words("SEGUE_ALLOWED_HOSTS")
ALLOWED_HOSTS = _listed_hosts or ["*"]
ANSWER_TO_OWN_NAMES_ONLY = not _listed_hosts
OWN_NAMES = [_public.hostname] if _public.hostname else []
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.netloc else []
BEHIND_PROXY = environment.flag("SEGUE_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what is installed ----------------------------------------------------------------------
INSTALLED_APPS = [
    "builder.apps.BuilderConfig",
    "runtime.apps.RuntimeConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "builder.apps.SegueAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "knox",
    "drf_spectacular",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "builder.middleware.content_security.ContentSecurityMiddleware",
    "builder.middleware.known_host.KnownHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "builder.middleware.client_address.ClientAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "builder.middleware.person_language.PersonLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "builder.urls"
ASGI_APPLICATION = "builder.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data -----------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", "")
if DATABASE_URL:
    _database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
    if "postgresql" in _database["ENGINE"]:
        # What the address says counts for more.
        _database["OPTIONS"] = {**OPTIONS, **_database.get("OPTIONS", {})}
    DATABASES = {"default": _database}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_DIR / "segue.sqlite3"),
            # Tests too work on a file: threads and processes share it, as they do in earnest.
            "TEST": {"NAME": str(DATA_DIR / f"test-{os.getpid()}.sqlite3")},
            "OPTIONS": {
                # DEFERRED transactions fail as soon as two processes write: a reader cannot
                # become the writer once another has written.
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": (
                    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                ),
            },
        }
    }
REDIS_URL = os.environ.get("REDIS_URL", "")
SEGUE_METRICS_DIR = DATA_DIR / "run" / "metrics"
# The library looks for this when it is first loaded; and a process never writes where the one that
# started it does.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(SEGUE_METRICS_DIR)

UNFOLD = admin_settings.UNFOLD

# --- people ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "builder.services.sign_in_limit.SignInLimit",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Who may touch what is a design-time question; run time asks this object instead of importing it.
SEGUE_ACCESS = "builder.services.access.MembershipAccess"
SEGUE_PROMPTS = "builder.services.prompts.open_prompt"
SEGUE_MODEL_PROFILES = "builder.services.model_profiles.open_model_profile"

_https = _public.scheme == "https"
SESSION_COOKIE_NAME = "segue_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "segue_csrf"
CSRF_COOKIE_HTTPONLY = True  # the page carries the token; no script needs to read the cookie
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- sizes ----------------------------------------------------------------------------------
MAX_DOCUMENT_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_DOCUMENT_BYTES + 64 * 1024

# --- language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "builder" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("SEGUE_TIME_ZONE", "UTC")

# --- static files ---------------------------------------------------------------------------
CANVAS_DIST = environment.canvas_dist()
STATIC_URL = "/static/"
STATIC_ROOT = environment.static_root(DATA_DIR)
STATICFILES_DIRS = [("canvas", str(CANVAS_DIST))] if CANVAS_DIST else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The *Manifest* storage would rename the chunks that Vite's own loader asks for by name.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "unfold").is_dir()
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/canvas/assets/.+-[\w-]{8}\.\w+$"

# --- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["builder.api.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "builder.api.errors.answer_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Segue",
    "DESCRIPTION": "Draw, publish, run and watch flows.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "runtime.models.RunStatus",
        "RunMode": "runtime.models.RunMode",
        "StepStatus": "runtime.models.StepStatus",
        "AttemptStatus": "runtime.models.AttemptStatus",
        "LogLevel": "runtime.models.LogLevel",
        "NodeMode": ["each", "all"],
    },
}

# --- logs -----------------------------------------------------------------------------------
LOGGING = logging_config()
