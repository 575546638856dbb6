"""The one settings file, in the order Django documents its settings.

Development needs no environment at all. With DATABASE_URL the app runs in
production mode, and a missing setting stops the start with a sentence that
says what to set. Every secret NAME may also be given as NAME_FILE, the path of
a file that holds it (docs/adr/0004).
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from clinic import postgres, private_files

BASE_DIR = Path(__file__).resolve().parent.parent
NEEDED_IN_PRODUCTION = [
    "SECRET_KEY",
    "ENCRYPTION_KEYS",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "CLINIC_NAME",
    "CLINIC_PHONE",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
]


def read(name: str, default: str | None = None, *, hint: str = "") -> str:
    """Value of NAME or the content of the file NAME_FILE, else the default, else a clear stop."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from None
    value = os.environ.get(name, default)
    if value is None:
        others = [other for other in NEEDED_IN_PRODUCTION if other != name and not is_given(other)]
        also = f"Also missing: {', '.join(others)}." if others else ""
        raise ImproperlyConfigured(" ".join(f"Set {name} (or {name}_FILE). {hint} {also}".split()))
    return value


def is_given(name: str) -> bool:
    return name in os.environ or f"{name}_FILE" in os.environ


def read_bool(name: str, default: str) -> bool:
    value = read(name, default).lower()
    if value not in ("true", "false"):
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value == "true"


def secret_key() -> str:
    key = read("SECRET_KEY", hint="At least 50 random characters.")
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters.")
    return key


def hosts() -> list[str]:
    given = read("ALLOWED_HOSTS", hint="The site's host names, with commas between.").split(",")
    names = [name.strip().lower() for name in given if name.strip()]
    if not names or any("*" in name or "/" in name or name.startswith(".") for name in names):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must be full host names with commas between, like clinic.example: "
            "no address with https://, no star."
        )
    return names


def site_url() -> str:
    """The address in every mail; a link to another host or in clear would harm patients."""
    url = read("SITE_URL", hint="The address patients use, like https://clinic.example.").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in ALLOWED_HOSTS or parts.path:
        raise ImproperlyConfigured("SITE_URL must be https:// and one of ALLOWED_HOSTS, nothing behind it.")
    return url


def database() -> dict[str, Any]:
    url = read("DATABASE_URL", hint="Like postgres://user:password@host/name.")
    try:
        if urlsplit(url).scheme in ("postgres", "postgresql") and urlsplit(url).path.strip("/"):
            return environ.Env.db_url_config(url)
    except ValueError:
        pass
    raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name.")


def mail_server(url: str) -> dict[str, Any]:
    """Django's settings for EMAIL_URL; mail never crosses a network in clear (P55)."""
    ports = {"smtp+tls": 587, "smtp+ssl": 465, "smtp": 25}
    try:
        found = environ.Env.email_url_config(url)
        found["EMAIL_PORT"] = found["EMAIL_PORT"] or ports[url.split(":")[0]]
        local = ("127.0.0.1", "::1", "localhost").count(found["EMAIL_HOST"].lower())
    except (AttributeError, KeyError, ValueError, ImproperlyConfigured):
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@mail.example:587 or smtp+ssl://...:465."
        ) from None
    if not (local or found.get("EMAIL_USE_TLS") or found.get("EMAIL_USE_SSL")):
        raise ImproperlyConfigured(
            "EMAIL_URL must use TLS: smtp+tls:// (STARTTLS, port 587) or smtp+ssl:// (port 465). "
            "smtp:// is only for a mail server on this machine."
        )
    return found


def kept_secret(path: Path) -> str:
    """The secret in the file, made on first use; development only."""
    return private_files.keep(
        path, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    ).strip()


MODE = read("CLINIC_MODE", "production" if read("DATABASE_URL", "") else "development")
if MODE not in ("production", "development", "test"):
    raise ImproperlyConfigured(f"CLINIC_MODE must be production, development or test, not {MODE!r}.")
PRODUCTION = MODE == "production"

# The folder for everything that development keeps: database, secrets, sent mail.
DATA_DIR = Path(read("CLINIC_DATA_DIR", str(BASE_DIR / ".data"))).absolute()
if not PRODUCTION:
    private_files.folder(DATA_DIR)

# Core
DEBUG = False
if PRODUCTION and read("DEBUG", "").lower() not in ("", "0", "false"):
    raise ImproperlyConfigured("DEBUG has no place in production: unset it.")
SECRET_KEY = secret_key() if PRODUCTION else kept_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = hosts() if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
SITE_URL = site_url() if PRODUCTION else read("SITE_URL", f"http://127.0.0.1:{read('PORT', '8000')}")
CLINIC_NAME = read("CLINIC_NAME", None if PRODUCTION else "Sample Spine & Nerve Clinic")
# Shown wherever the database is away, so it is a setting and not only a row.
CLINIC_PHONE = read("CLINIC_PHONE", None if PRODUCTION else "202-555-0100")
# In production nobody but staff sees a page that no clinician has reviewed.
REQUIRE_CLINICAL_REVIEW = read_bool("REQUIRE_CLINICAL_REVIEW", "true" if PRODUCTION else "false")
# True only behind a proxy that writes `Forwarded` itself; X-Forwarded-* is never read (clinic/wsgi.py).
TRUSTED_PROXY = read_bool("TRUSTED_PROXY", "false")

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "procedures.apps.ProceduresConfig",
    # Never the bare name: see requests/__init__.py.
    "requests.apps.RequestsConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "pgtrigger",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "clinic.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.headers.only_known_methods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

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
                "clinic.context.site",
                "procedures.context.public_words",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Database: the server of DATABASE_URL, or the project's own private PostgreSQL.
PRIVATE_DATABASE = not (PRODUCTION or read("DATABASE_URL", ""))
DATABASES = {"default": postgres.connection_settings(DATA_DIR) if PRIVATE_DATABASE else database()}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    # A statement of clinic/quick.py is planned once, for whatever values it is given later.
    "options": "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
    " -c plan_cache_mode=force_generic_plan",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Encrypted fields: the first key encrypts, all of them decrypt (clinic/crypto.py).
# One "id base64-of-32-bytes" a line; never derived from SECRET_KEY.
ENCRYPTION_KEYS = (
    read("ENCRYPTION_KEYS", hint="One 'id base64-of-32-bytes' a line; best as ENCRYPTION_KEYS_FILE.")
    if PRODUCTION
    else "dev " + kept_secret(DATA_DIR / "encryption_key")
)

# Signing in
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["clinic.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "clinic.hashers.Argon2InTurns",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Language and time. Instants are stored in UTC and shown in the clinic's zone.
LANGUAGE_CODE = "en-us"
TIME_ZONE = read("CLINIC_TIME_ZONE", "America/New_York")
USE_TZ = True
USE_I18N = True

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION

# Mail. The time-out is that of one step; the worker's lease follows from it.
if PRODUCTION or read("EMAIL_URL", ""):
    vars().update(mail_server(read("EMAIL_URL", hint="Like smtp+tls://user:password@mail.example:587.")))
else:
    EMAIL_BACKEND = "clinic.dev_mail.FileBackend"
DEFAULT_FROM_EMAIL = read(
    "DEFAULT_FROM_EMAIL",
    None if PRODUCTION else f"{CLINIC_NAME} <no-reply@clinic.example>",
    hint="The address patients see as sender.",
)
EMAIL_TIMEOUT = float(read("EMAIL_TIMEOUT", "20"))
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Cookies, sessions and transport
SESSION_ENGINE = "clinic.sessions"
# Signed in: at most half an hour without doing anything, and twelve hours in all.
SESSION_COOKIE_AGE = 30 * 60
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_FAILURE_VIEW = "clinic.views.csrf_failure"
# Messages stay on the server: a cookie of their own would carry what they say.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
# Not "no-referrer": browsers would then send "Origin: null", which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# A long page has some 460 fields in its staff form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Reports and logs carry no posted value, no environment, no token.
DEFAULT_EXCEPTION_REPORTER_FILTER = "clinic.error_reports.SilentFilter"
LOGGING_CONFIG = "clinic.logs.configure"
LOGGING = {"development": MODE == "development"}
