"""Settings, all of them from the environment. What is missing or malformed stops the start with one clear line.

DATABASE_URL  postgres://… or sqlite:////absolute/path
REDIS_URL     redis://host:port/0, the broker of the workers
EMAIL_URL     smtp://user:password@host:port, smtps://…, or file:///folder
SECRET_KEY    50 random characters or more
DATA_DIR      an absolute folder for files that people upload
DEMO          1 for the training copy (log-ins printed, clock can be moved); 0 or nothing in production
SITE_URL      the address that people type, https://…; needed unless DEMO=1
MAIL_FROM     the sender of mails; no-reply at the host of SITE_URL if not given
VAPID_PRIVATE_KEY  as python3 -c "import secrets; print(secrets.token_urlsafe(32))" makes one, for good; without it push is off
PUSH_SERVICES  origins with blanks between, if not those of the usual browsers (messaging/push/environment.py)
GATEWAY       the class that voids card payments; the simulated one with DEMO=1, else none (orders/gateway.py)
"""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
import structlog
from django.core.exceptions import ImproperlyConfigured

from messaging.push import environment as push
from qsm.lib import secret_links


def required(name: str) -> str:
    """The value of an environment variable. Raises ImproperlyConfigured when it is missing or empty."""
    if value := os.environ.get(name, "").strip():
        return value
    raise ImproperlyConfigured(f"{name} is not set. `python3 dev.py run` sets all of them; see qsm/settings.py.")


def flag(name: str) -> bool:
    """An environment variable that is 1, 0 or absent (0). Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "0").strip() or "0"
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def email_settings(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for an EMAIL_URL. Raises ImproperlyConfigured for an unknown scheme."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(f"EMAIL_URL must start with smtp://, smtps:// or file://, not {url!r}.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and "tls" in parts.query.split("&"),
        "EMAIL_TIMEOUT": 10,
    }


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(required("DATA_DIR"))
if not DATA_DIR.is_absolute():
    raise ImproperlyConfigured(f"DATA_DIR must be an absolute folder, not {str(DATA_DIR)!r}.")
DEMO = flag("DEMO")
SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have 50 characters at least.")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000") if DEMO else required("SITE_URL")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
if not SITE_HOST or not (DEMO or SITE_URL.startswith("https://")):
    raise ImproperlyConfigured(f"SITE_URL must be https:// and a host, not {SITE_URL!r}.")
OVER_TLS = SITE_URL.startswith("https://")
DEBUG = False
ALLOWED_HOSTS = [SITE_HOST, *(["localhost", "127.0.0.1"] if DEMO else [])]
CSRF_TRUSTED_ORIGINS = [SITE_URL.rstrip("/")]

INSTALLED_APPS = [
    "claims",
    "messaging",
    "orders",
    "qsm.events",
    "qsm.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "qsm.events.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "heroicons",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "qsm.events.middleware.NothingIsKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qsm.events.middleware.NotTooLarge",
    "qsm.events.middleware.NoNul",
    "qsm.events.middleware.OneReadingOfTheClock",
    "qsm.events.middleware.DoorAnswers",
]
ROOT_URLCONF = "qsm.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["qsm.lib.drawing"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qsm.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": dj_database_url.parse(required("DATABASE_URL"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, who says so at BEGIN: no transaction is refused midway for having read first.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # No process has more threads than connections: who waits this long (seconds) waits for a database that is gone.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 3}}

CACHES = {
    # Rate limits live here: a frozen Redis must not freeze the log-in. Django's 300 entries would let a guesser push out
    # the counts of earlier guesses by guessing at other accounts.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files of claims and messages: private, read through views alone (docs/architecture.md).
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "attachments",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"

TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "qsm" / "locale"]
# Short dates that line up in a grid and mean one day only.
FORMAT_MODULE_PATH = ["qsm.locale"]
LANGUAGE_COOKIE_SECURE = OVER_TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "qsm.accounts.adapter.ClosedSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# ≤ 10 tries per account in 15 minutes reach the password check (quality.md, log-in).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key,60/15m/ip", "login": "120/m/ip"}
# Limits by address count the client's, which the proxy in front puts last (docs/architecture.md), not the proxy's own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if OVER_TLS else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "QSM"

SESSION_COOKIE_NAME = "__Host-sessionid" if OVER_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if OVER_TLS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = OVER_TLS
# A load balancer asks on the inside, without TLS; what it is told is no secret.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = OVER_TLS
# The proxy in front terminates TLS and must set this header itself (docs/architecture.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OVER_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

for name, value in email_settings(required("EMAIL_URL")).items():
    globals()[name] = value
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", f"QSM <no-reply@{SITE_HOST}>")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured(f"MAIL_FROM must be an address, not {DEFAULT_FROM_EMAIL!r}.")

VAPID_PRIVATE_KEY = push.private_key(os.environ.get("VAPID_PRIVATE_KEY", "").strip())
PUSH_SERVICES = push.services(os.environ.get("PUSH_SERVICES", ""), schemes="https?" if DEMO else "https")

REDIS_URL = required("REDIS_URL")
# A sweep is ended after this many seconds, whatever a mail server does: EMAIL_TIMEOUT only limits each step of it.
SWEEP_SECONDS = 30
# A delivery that a worker claimed and never finished is due again after this many seconds: once its sweep has ended.
DELIVERY_LEASE_SECONDS = 45
# With pauses that double up to an hour, about a day: a mail server that is away overnight parks nothing.
DELIVERY_ATTEMPTS = 34

GATEWAY = os.environ.get("GATEWAY", f"orders.gateway.{'SimulatedGateway' if DEMO else 'NoGateway'}")
# So long nobody else asks about the same refund: a gateway's adapter must give up well before.
GATEWAY_LEASE_SECONDS = 30

# One line of JSON per log entry, ours and the libraries' alike.
LOG_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    secret_links.masked,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *LOG_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": LOG_PROCESSORS,
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}},
}
