"""Every setting of the service, read from the environment (or `.env`) once; `.env.example` lists them all."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from rtrag_site.environment import local_secret_key, positive

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()
if not TESTING:
    env.read_env(BASE_DIR / ".env")

# --- where things lie ------------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("RTRAG_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

# --- the web ---------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
HOST = env.str("HOST", default="127.0.0.1")
PORT = positive(env, "PORT", 8000)
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if HOST not in {"0.0.0.0", "::", *ALLOWED_HOSTS}:  # noqa: S104 - compared, not bound
    ALLOWED_HOSTS.append(HOST)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "rtrag_site.urls"
ASGI_APPLICATION = "rtrag_site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "daphne",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "rtrag_site",
    "knowledge_app",
    "providers_app",
    "sessions_app",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ]
        },
    }
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"  # uploaded documents; never served
SERVESTATIC_USE_FINDERS = True

# --- where things are kept -------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'rtrag.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASE["ENGINE"].endswith("postgresql"):
    DATABASE["CONN_MAX_AGE"] = 0
    DATABASE.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": positive(env, "DATABASE_POOL_SIZE", 8)}
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL")

REDIS_URL = env.str("REDIS_URL", default="")
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# --- background work -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- realtime sessions -----------------------------------------------------------------------------------------------
WS_PATH = "/" + env.str("WS_PATH", default="/ws/realtime-asr").strip("/")
WS_MAX_MESSAGE_BYTES = positive(env, "WS_MAX_MESSAGE_BYTES", 1_048_576)
MAX_CHUNK_CHARS = positive(env, "MAX_CHUNK_CHARS", 10_240)
MAX_SESSION_FINALS = positive(env, "MAX_SESSION_FINALS", 1_000)
MAX_WAITING_QUESTIONS = positive(env, "MAX_WAITING_QUESTIONS", 8)
MAX_OUTGOING_FRAMES = positive(env, "MAX_OUTGOING_FRAMES", 256)
MAX_SOCKETS = positive(env, "MAX_SOCKETS", 10_000)
MAX_JOURNAL_RECORDS = positive(env, "MAX_JOURNAL_RECORDS", 20_000)
SESSION_RETENTION_DAYS = positive(env, "SESSION_RETENTION_DAYS", 90)

# --- who answers -----------------------------------------------------------------------------------------------------
RAG_PROVIDER = env.str("RAG_PROVIDER", default="knowledge")
ANSWER_FIRST_TOKEN_TIMEOUT_S = positive(env, "ANSWER_FIRST_TOKEN_TIMEOUT_S", 30)
ANSWER_BETWEEN_TOKENS_TIMEOUT_S = positive(env, "ANSWER_BETWEEN_TOKENS_TIMEOUT_S", 30)
ANSWER_TOTAL_TIMEOUT_S = positive(env, "ANSWER_TOTAL_TIMEOUT_S", 120)

# --- the built-in knowledge base -------------------------------------------------------------------------------------
KNOWLEDGE_MIN_COVERAGE = env.float("KNOWLEDGE_MIN_COVERAGE", default=0.45)
MAX_DOCUMENT_BYTES = positive(env, "MAX_DOCUMENT_BYTES", 50_000_000)

# --- logs ------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO").upper()},
    "loggers": {"daphne": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
