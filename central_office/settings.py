"""Django's settings, all derived from the one TOML file of `config`. Nothing here is set anywhere else."""

from pathlib import Path
from typing import Any

from central_office.config import load_config, postgres_parts

CONFIG = load_config()
BASE = Path(__file__).parent

DEBUG = False
# No fallback: without its key file the office cannot be used, only set up.
SECRET_KEY = CONFIG.secret_key_path.read_text("ascii").strip() if CONFIG.secret_key_path.is_file() else ""
ALLOWED_HOSTS = CONFIG.hosts
ROOT_URLCONF = "central_office.urls"
WSGI_APPLICATION = "central_office.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "central_office.rounds",
    "central_office.forms",
    "central_office.fleet",
    "central_office.fleet.history",
    "central_office.enrolling",
    "central_office.intake",
    "central_office.slips",
    "central_office.results",
    "central_office.coverage",
    "central_office.phone",
    "central_office.people",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "central_office.units",
    "central_office.outgoing",
    "central_office.feed",
    "central_office.watching",
    "central_office.publication",
    "central_office.updates",
    "central_office.posted",
]
MIDDLEWARE = [
    "central_office.border.ProblemReplies",
    "central_office.border.PageHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "central_office.people.menu.menu",
            ],
        },
    },
]

# WAL with several connections loses transactions on SQLite before 3.51.3 (docs/decisions/0002); DELETE/EXTRA does not.
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": CONFIG.database_path,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA cache_size=-32000; "
        "PRAGMA secure_delete=ON;",  # what a citizen takes back is overwritten, not only unlinked
    },
}
POSTGRES: dict[str, Any] = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"connect_timeout": 10, "options": "-c synchronous_commit=on -c lock_timeout=20s"},
}
if CONFIG.database == "sqlite":
    DATABASES = {"default": SQLITE}
else:
    DATABASES = {"default": POSTGRES | postgres_parts(CONFIG.database)}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIG.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "results"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"central_office.people.passwords.{rule}"}
    for rule in ("LongEnough", "NotCommon", "NotOnlyDigits", "NotLikeTheName")
]
SECOND_FACTOR = CONFIG.second_factor
OTP_TOTP_ISSUER = "Hài Lòng"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if CONFIG.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if CONFIG.https:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

LOGGING_CONFIG = None  # the process sets its JSON lines itself (survey.events)
SILENT_AFTER_MINUTES = CONFIG.silent_after_minutes
HOLIDAYS = CONFIG.days_off
METRICS_TOKEN = Path(CONFIG.metrics_token_file).read_text("ascii").strip() if CONFIG.metrics_token_file else ""
CERTIFICATE_FILE = CONFIG.certificate_file
DATA_DIRECTORY = CONFIG.data_directory
CENTRE_KEY_PATH = CONFIG.centre_key_path
SLIP_KEY_PATH = CONFIG.slip_key_path
RUNTIME_DIRECTORY = CONFIG.runtime_path
UPDATES_DIRECTORY = CONFIG.updates_path
PUBLIC_URL = CONFIG.public_url
SLIP_VALID_DAYS = CONFIG.slip_valid_days
SLIP_KEEP_DAYS = CONFIG.slip_keep_days
BEHIND_PROXY = CONFIG.behind_proxy
OUTGOING_PRIVATE = CONFIG.outgoing_private
EMAIL_HOST = CONFIG.smtp_host
EMAIL_PORT = CONFIG.smtp_port
EMAIL_USE_TLS = CONFIG.smtp_security == "starttls"
EMAIL_USE_SSL = CONFIG.smtp_security == "tls"
EMAIL_HOST_USER = CONFIG.smtp_user
EMAIL_HOST_PASSWORD = Path(CONFIG.smtp_password_file).read_text("utf-8").strip() if CONFIG.smtp_password_file else ""
EMAIL_TIMEOUT = 15
MAIL_FROM = CONFIG.mail_from
