"""All settings, read top to bottom. Every variable is described in docs/settings.md.

With no environment at all the portal runs on this machine alone: an SQLite database and a file broker
under var/. DATABASE_URL and REDIS_URL move it onto PostgreSQL and Redis; an https SITE_URL makes it public.
"""

import contextlib
import os
from pathlib import Path
from urllib.parse import urlsplit

import bootstrap_wrapper
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Where the portal is -----------------------------------------------------------------------

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
_site = urlsplit(SITE_URL)
LOCAL = _site.hostname in {"localhost", "127.0.0.1", "::1"}
HTTPS = _site.scheme == "https"

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = [_site.hostname, "localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = [SITE_URL]


def _local_secret_key():
    """The key of a portal that only this machine can reach, made at its first start."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        # Written aside and linked, so that a process that starts at the same moment reads all of it or none.
        mine = VAR_DIR / f"secret_key.{os.getpid()}"
        mine.touch(mode=0o600)
        mine.write_text(get_random_secret_key())
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not LOCAL:
        raise ImproperlyConfigured(
            f"SITE_URL is {SITE_URL}, so others can reach this portal: set SECRET_KEY to a long random text."
        )
    SECRET_KEY = _local_secret_key()

# --- What it is made of ------------------------------------------------------------------------

INSTALLED_APPS = [
    "tracekei",
    "reports",
    "indicators",
    "events",
    "clusters",
    "workpackages",
    "projects",
    "accounts",
    "common",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_prose_editor",
    "django_tables2",
    "heroicons",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "projects.middleware.ProjectMiddleware",
]

ROOT_URLCONF = "tracekei.urls"
WSGI_APPLICATION = "tracekei.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "projects.context_processors.project",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# --- Data ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/portal.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Readers never wait for the writer; a write takes its lock at once instead of failing half-way.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Evidence and reports. Nothing here is served by path: a view applies the rule of access.
MEDIA_ROOT = VAR_DIR / "media"
EVIDENCE_MAX_MB = env.int("EVIDENCE_MAX_MB", default=25)
# Of a form without its files: a text that is far too long comes back with a sentence beside it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    _cache = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 3},
    }
else:
    _cache = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
CACHES = {"default": _cache}

# --- Background work -------------------------------------------------------------------------------

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A press of a button must not hang while Redis is away: the row keeps the request instead.
    # Queues are emptied in their order: what a person waits for goes before the night's work.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "queue_order_strategy": "priority",
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    _broker = VAR_DIR / "broker"
    for _folder in ("queue", "control", "processed"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.3,
    }
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # what a user waits for is a row
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50  # WeasyPrint's memory stays with its process
CELERY_WORKER_MAX_MEMORY_PER_CHILD = (
    500_000  # kB: a process that grew larger is replaced after its task
)
# Each with an exchange and a key of its own: two queues on one key would both get every task.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "night")]
CELERY_TASK_ROUTES = {
    name: {"queue": "night"}
    for name in (
        *("clusters.tasks.warn_of_labels", "clusters.tasks.compare_firms"),
        *("projects.tasks.sweep_evidence", "projects.tasks.forget_drafts"),
        *("projects.importing.tasks.forget_left", "reports.tasks.forget_drafts"),
        *("indicators.tasks.keep_figures", "tracekei.tasks.remind"),
    )
}
WORKER_MEMORY_MB = env.int("WORKER_MEMORY_MB", default=1500)
LONGEST_REPORT = env.int("LONGEST_REPORT", default=900)  # seconds
DRAFT_DAYS = env.int("DRAFT_DAYS", default=180)
BOX_DAYS = env.int("BOX_DAYS", default=30)
CELERY_BEAT_SCHEDULER = "tracekei.beat.Beat"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "resume reports that nobody is working on": {
        "task": "reports.tasks.resume_abandoned",
        "schedule": 15.0,
        "options": {"expires": 12},
    },
    "write that a label is going to expire": {
        "task": "clusters.tasks.warn_of_labels",
        "schedule": 24 * 3600.0,
    },
    "delete drafts of reports that nobody looks at": {
        "task": "reports.tasks.forget_drafts",
        "schedule": 24 * 3600.0,
    },
    "resume imports that nobody is working on": {
        "task": "projects.importing.tasks.resume_abandoned",
        "schedule": 15.0,
        "options": {"expires": 12},
    },
    "delete previews that nobody imported": {
        "task": "projects.importing.tasks.forget_left",
        "schedule": 24 * 3600.0,
    },
    "delete files of evidence that nothing names": {
        "task": "projects.tasks.sweep_evidence",
        "schedule": 24 * 3600.0,
    },
    "forget drafts that nobody touches any more": {
        "task": "projects.tasks.forget_drafts",
        "schedule": 24 * 3600.0,
    },
    "keep what the figures said last night": {
        "task": "indicators.tasks.keep_figures",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "tell people what is due": {
        "task": "tracekei.tasks.remind",
        "schedule": 1800.0,
        "options": {"expires": 1500},
    },
    "resume mailings that nobody is sending": {
        "task": "clusters.tasks.resume_mailings",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "look for firms that are there twice": {
        "task": "clusters.tasks.compare_firms",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
}

# --- People -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with an invitation sent to that address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"portal@{_site.hostname}")
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs is one that can't be reached
INVITATION_DAYS = 14
CONFIRMATION_DAYS = env.int("CONFIRMATION_DAYS", default=30)

# Who changed which field when. Bulk writes leave no trace here: those stay in actions and importing.
_not_content = ["version", "submission", "updated_at", "created_at", "folded"]
AUDITLOG_INCLUDE_TRACKING_MODELS = [
    {"model": "projects.Project", "exclude_fields": _not_content},
    {"model": "projects.Partner", "exclude_fields": _not_content},
    {"model": "projects.ReportingPeriod", "exclude_fields": _not_content},
    {"model": "projects.Membership"},
    {"model": "projects.Evidence", "exclude_fields": _not_content},
    {"model": "reports.Chapter", "exclude_fields": _not_content},
    {"model": "reports.Passage"},
    {"model": "reports.Declaration"},
    {"model": "reports.Schedule", "exclude_fields": _not_content},
    {"model": "tracekei.PublicPage", "m2m_fields": {"indicators"}},
    {
        "model": "indicators.Reading",
        "exclude_fields": _not_content,
        "m2m_fields": {"evidence"},
    },
    {
        "model": "events.Activity",
        "exclude_fields": _not_content,
        "m2m_fields": {"managers", "smes", "competences", "evidence"},
    },
    {
        "model": "events.Event",
        "exclude_fields": _not_content,
        "m2m_fields": {"evidence", "competences"},
    },
    {"model": "events.Dissemination", "exclude_fields": _not_content, "m2m_fields": {"evidence"}},
    {"model": "events.OutsideCluster", "exclude_fields": _not_content},
    {"model": "events.Acquaintance", "exclude_fields": _not_content},
    *(
        {"model": f"events.{name}", "exclude_fields": _not_content, "m2m_fields": {"evidence"}}
        for name in (
            *("Collaboration", "Agreement", "Meeting", "PolicyMeeting", "Synergy", "MarketStep"),
        )
    ),
    {"model": "events.Point"},
    {"model": "events.DisseminationCountry"},
    {"model": "events.DisseminationAudience"},
    {
        "model": "events.Attendance",
        # SECURITY: a name that is erased must not live on in the history.
        "exclude_fields": [*_not_content, "name", "organisation", "person"],
    },
    {"model": "clusters.Label", "exclude_fields": _not_content, "m2m_fields": {"evidence"}},
    {"model": "clusters.Strategy", "exclude_fields": _not_content, "m2m_fields": {"areas"}},
    {"model": "clusters.StrategyStage", "exclude_fields": _not_content, "m2m_fields": {"evidence"}},
    {
        "model": "clusters.StrategyVersion",
        "exclude_fields": [*_not_content, "content"],
        "m2m_fields": {"evidence"},
    },
    {"model": "clusters.Consultation", "exclude_fields": _not_content},
    # SECURITY: neither the secret of a link nor an address lives on in the history.
    {"model": "clusters.ConsultedFirm", "exclude_fields": [*_not_content, "key", "sent_to"]},
    {"model": "clusters.StrategyComment", "exclude_fields": _not_content},
    {
        "model": "clusters.StrategyObjective",
        "exclude_fields": _not_content,
        "m2m_fields": {"sources"},
    },
    {"model": "clusters.RoadmapAction", "exclude_fields": _not_content},
    {"model": "clusters.ChainLink", "exclude_fields": _not_content, "m2m_fields": {"smes"}},
    {"model": "clusters.Trend", "exclude_fields": _not_content},
    {"model": "clusters.Market", "exclude_fields": _not_content},
    {"model": "clusters.Theme", "exclude_fields": _not_content},
    {"model": "clusters.ChainStep", "exclude_fields": _not_content},
    {"model": "clusters.Readiness", "exclude_fields": _not_content},
    {
        "model": "clusters.Cluster",
        "exclude_fields": _not_content,
        "m2m_fields": {"sectors", "areas"},
    },
    {"model": "clusters.Manager", "exclude_fields": _not_content},
    {"model": "clusters.FurtherRole", "exclude_fields": _not_content},
    {"model": "clusters.Assessment", "exclude_fields": _not_content},
    {"model": "clusters.Score"},
    {"model": "clusters.Competence", "exclude_fields": _not_content},
    {"model": "clusters.Training", "exclude_fields": _not_content, "m2m_fields": {"competences"}},
    {"model": "clusters.SME", "exclude_fields": _not_content},
    {"model": "clusters.ClusterMembership"},
    {"model": "clusters.Contact", "exclude_fields": _not_content},
    {"model": "clusters.Service", "exclude_fields": _not_content},
    {"model": "clusters.ServiceRecord", "exclude_fields": _not_content, "m2m_fields": {"evidence"}},
    {"model": "clusters.Questionnaire", "exclude_fields": _not_content},
    {"model": "clusters.Question", "exclude_fields": _not_content},
    {"model": "clusters.Option"},
    {"model": "clusters.Wave", "exclude_fields": _not_content},
    {"model": "workpackages.WorkPackage", "exclude_fields": _not_content},
    {
        "model": "workpackages.Task",
        "exclude_fields": _not_content,
        "m2m_fields": {"contributors", "objectives"},
    },
    {"model": "workpackages.Deliverable", "exclude_fields": _not_content},
    {
        "model": "workpackages.Milestone",
        "exclude_fields": _not_content,
        "m2m_fields": {"evidence"},
    },
    {
        "model": "workpackages.Risk",
        "exclude_fields": _not_content,
        "m2m_fields": {"work_packages"},
    },
    {"model": "workpackages.RiskState", "exclude_fields": _not_content},
    {"model": "workpackages.Amendment", "exclude_fields": _not_content},
    {"model": "indicators.Indicator"},
    {"model": "indicators.Target"},
]

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
# What a firm opens from a link is in its own language; the names are as their speakers write them.
PUBLIC_LANGUAGES = {
    "en-gb": "English",
    "bg": "Български",
    "de": "Deutsch",
    "hu": "Magyar",
    "it": "Italiano",
    "pt": "Português",
    "ro": "Română",
    "sr": "Српски",
}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "common.formats"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Brussels")

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", bootstrap_wrapper.get_bootstrap_css_dir()),
]
if LOCAL:
    # The first command serves the files where they are; elsewhere `collectstatic` has put them aside.
    WHITENOISE_USE_FINDERS = True
    _staticfiles = "django.contrib.staticfiles.storage.StaticFilesStorage"
else:
    _staticfiles = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o640},
    },
    "staticfiles": {"BACKEND": _staticfiles},
}

# --- Safety ----------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from inside the container, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its form controls with data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Log -------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
