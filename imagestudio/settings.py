"""Every setting of the studio, read from the environment. What each means stands in the README."""

import secrets
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from imagestudio.library.storage_settings import storages_from

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
SOME = validate.Range(min=1)


def secret(name: str, default: str = "") -> str:
    """Return a secret from `NAME`, or from the file that `NAME_FILE` names.

    Raises ImproperlyConfigured when that file cannot be read.
    """
    path = env.str(f"{name}_FILE", "")
    if not path:
        return env.str(name, default)
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}") from error


def kept_secret(path: Path) -> str:
    """Return the secret kept at this path, made when it is first asked for."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # of two commands at once, the first one's is kept
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


# Where things are
DATA_DIR = Path(env.str("IMAGESTUDIO_DATA", str(BASE_DIR / "var"))).resolve()
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
PUBLIC_URL = env.str("PUBLIC_URL", f"http://{HOST}:{PORT}").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")

DEBUG = False
SECRET_KEY = secret("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or [urlsplit(PUBLIC_URL).hostname or "localhost"]
if {"127.0.0.1", "localhost", "0.0.0.0"} & set(ALLOWED_HOSTS):  # noqa: S104 - a name, no binding
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "imagestudio.urls"
WSGI_APPLICATION = "imagestudio.wsgi.application"
ASGI_APPLICATION = "imagestudio.asgi.application"

# The gateway: Cloudflare's, or the emulator that the supervisor starts in its place
GATEWAY_IS_EMULATOR = env.bool("GATEWAY_IS_EMULATOR", False)
CLOUDFLARE_ACCOUNT_ID = secret("CLOUDFLARE_ACCOUNT_ID")
CLOUDFLARE_API_TOKEN = secret("CLOUDFLARE_API_TOKEN")
CLOUDFLARE_GATEWAY_ID = env.str("CLOUDFLARE_GATEWAY_ID", "default")
CLOUDFLARE_API_BASE = env.str("CLOUDFLARE_API_BASE", "https://api.cloudflare.com/client/v4")
RESULT_HOSTS: list[str] = env.list("RESULT_HOSTS", [])
GATEWAY_SLOTS = env.int("GATEWAY_SLOTS", 64, validate=validate.Range(min=1, max=10_000))
GATEWAY_STARTS_PER_MINUTE = env.int("GATEWAY_STARTS_PER_MINUTE", 180, validate=SOME)
# Bytes of JSON in one call
SEND_LIMIT = env.int("SEND_LIMIT", 9_000_000, validate=validate.Range(min=100_000))

# Who may come in, and what a new account may spend
SIGNUP = env.str(
    "SIGNUP",
    "open" if GATEWAY_IS_EMULATOR else "invite",
    validate=validate.OneOf(["open", "invite", "closed"]),
)
_dollars = env.float(
    "DEFAULT_MONTHLY_BUDGET",
    None if GATEWAY_IS_EMULATOR else 0,
    validate=validate.Range(min=0, max=1_000_000),
)
DEFAULT_MONTHLY_BUDGET = None if _dollars is None else round(_dollars * 1_000_000)  # micro-dollars

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin.apps.SimpleAdminConfig",  # its pages are found by `imagestudio.urls`
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "ninja",
    "imagestudio.apps.StudioConfig",
    "imagestudio.accounts",
    "imagestudio.events",
    "imagestudio.money",
    "imagestudio.library",
    "imagestudio.moderation",
    "generations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "imagestudio.http.middleware.request_id",
    "imagestudio.http.middleware.problems_of_the_api",
    "imagestudio.http.middleware.rate_limits",
    "csp.middleware.CSPMiddleware",
    "imagestudio.http.limits.refuse_bodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "imagestudio.http.middleware.private_by_default",
    "imagestudio.http.pages.ErrorPages",
]

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
                "imagestudio.accounts.context.shell",
                "imagestudio.moderation.context.told",
            ],
            "libraries": {"lucide": "imagestudio.http.icons"},
        },
    },
]

# PostgreSQL, in tests and production alike
DATABASES = {"default": env.dj_db_url("DATABASE_URL", "postgres:///imagestudio")}
# Whoever owns the tables, where that is another role: migrations run as it
MIGRATION_DATABASE = (
    env.dj_db_url("MIGRATION_DATABASE_URL") if env.str("MIGRATION_DATABASE_URL", "") else None
)
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL", 10, validate=SOME),
    "timeout": 20,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Originals and renditions
STORAGES = storages_from(
    env.str("STORAGE_URL", ""),
    secret,
    folder=str(DATA_DIR / "media"),
)
STORAGES["staticfiles"] = {
    "BACKEND": "imagestudio.staticfiles.HashedStorage"
    if env.bool("STATIC_MANIFEST", True)
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"

# Uploads: what is larger than this is refused before it is read
MAX_UPLOAD_BYTES = 20_000_000
MAX_REQUEST_BYTES = 16 * 28_000_000  # sixteen of them as base64, and the words around them
DATA_UPLOAD_MAX_MEMORY_SIZE = None  # `imagestudio.http.limits` states a limit for each route
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_100  # a selection of 10,000 pictures, and what is said of it
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# Days for which pictures stay in the trash before they are removed for good
TRASH_DAYS = env.int("TRASH_DAYS", 30, validate=SOME)

# The public gallery: whether there is one, and whose pictures somebody looks at before they are in
# it: everybody's, those of people who are not trusted, or nobody's
EXPLORE_IS_ON = env.bool("EXPLORE", True)
PUBLISHING_REVIEW = env.str(
    "PUBLISHING_REVIEW", "untrusted", validate=validate.OneOf(["always", "untrusted", "never"])
)

# When owners are told that staff has looked into their library: when the look ends, or, where an
# operator chooses so for one look, 30 days later. Never is no choice.
LOOK_NOTICE = env.str("LOOK_NOTICE", "at_end", validate=validate.OneOf(["at_end", "after_30_days"]))

# Requests of one person that safety systems may refuse within an hour before they have to wait; 0:
# as many as they like
REFUSALS_PER_HOUR = env.int("REFUSALS_PER_HOUR", 20, validate=validate.Range(min=0))

# A classifier of prompts and pictures: none, `openai`, or the dotted path of a function that
# returns one. Which pictures it is asked about; of how many public ones in a hundred that it finds
# nothing in somebody looks all the same.
_classifiers = {"openai": "generations.execution.classifying.openai_classifier"}
CLASSIFIER = env.str("CLASSIFIER", "")
CLASSIFIER = _classifiers.get(CLASSIFIER, CLASSIFIER)
CLASSIFIER_URL = env.str("CLASSIFIER_URL", "")
CLASSIFIER_API_KEY = secret("CLASSIFIER_API_KEY")
CLASSIFIER_PICTURES = env.str(
    "CLASSIFIER_PICTURES", "published", validate=validate.OneOf(["none", "published", "all"])
)
CLASSIFIER_SAMPLE = env.int("CLASSIFIER_SAMPLE", 0, validate=validate.Range(min=0, max=100))

# Calls with one token in any minute of the clock; all tokens of an account may make five times it
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", 1200, validate=SOME)

# Accounts and sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "imagestudio.accounts.adapter.StudioAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "imagestudio.accounts.adapter.FactorAdapter"
MFA_TOTP_ISSUER = "Image Studio"
# Browsers give passkeys to no other addresses.
HAS_PASSKEYS = IS_HTTPS or urlsplit(PUBLIC_URL).hostname == "localhost"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if HAS_PASSKEYS else [])]
MFA_PASSKEY_LOGIN_ENABLED = HAS_PASSKEYS
MFA_FORMS = {
    "add_webauthn": "imagestudio.accounts.forms.NewPasskeyForm",
    "authenticate_webauthn": "imagestudio.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "imagestudio.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "imagestudio.accounts.forms.PasskeyAloneForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0))

# Mail: into files until an EMAIL_URL is set
if env.str("EMAIL_URL", ""):
    _mail = env.dj_email_url("EMAIL_URL")
    if not _mail.get("EMAIL_BACKEND"):
        raise ImproperlyConfigured("EMAIL_URL is like smtp+tls://user:password@host:587")
    vars().update({name: value for name, value in _mail.items() if name.startswith("EMAIL_")})
else:
    EMAIL_BACKEND = "imagestudio.accounts.mail.EchoingFileBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", f"Image Studio <studio@{urlsplit(PUBLIC_URL).hostname}>"
)
if not parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL is not an address")

# Cookies and transport
_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True  # the page carries the token for scripts
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "imagestudio.http.pages.csrf_failed"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# Other names below the studio's host are not the studio's to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

NINJA_PAGINATION_MAX_LIMIT = 100

LOG_LEVEL = env.str(
    "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "safe": {"()": "imagestudio.http.logs.SafeFilter"},
        "asked": {"()": "imagestudio.http.logs.ReadinessFilter"},
    },
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["safe"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"filters": ["asked"]},
        # A wrong name in the address is the caller's mistake: `django.request` has a line of it.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "ERROR"},
    },
}

# What is told to whom: event type → names of tasks. See `imagestudio.wiring`.
EVENT_CONSUMERS = "imagestudio.wiring.EVENT_CONSUMERS"
JOB_QUEUES = "imagestudio.wiring.QUEUES"
FILE_HOLDERS = "imagestudio.wiring.FILE_HOLDERS"
IMAGE_HOLDERS = "imagestudio.wiring.IMAGE_HOLDERS"
TITLE_SCREENERS = "imagestudio.wiring.TITLE_SCREENERS"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # workers import the tasks, nobody else has to
