"""Every setting of the service, read from the environment (or `.env`) once; `.env.example` lists them all."""

import os
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from kombu import Queue

from rtrag_site.admin_theme import THEME
from rtrag_site.environment import Environment, local_secret, read_env_file, signing_secret

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(os.environ)
read_env_file(BASE_DIR / env.text("RTRAG_ENV_FILE", ".env"))

# --- where things lie ------------------------------------------------------------------------------------------------
DATA_DIR = (BASE_DIR / env.text("RTRAG_DATA_DIR", "var")).resolve()

# --- the web ---------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.positive("PORT", 8000, most=65_535)
FIRST_ADMIN_USERNAME = env.text("DJANGO_SUPERUSER_USERNAME", "admin")
FIRST_ADMIN_PASSWORD = env.text("DJANGO_SUPERUSER_PASSWORD")
HTTPS_ONLY = env.flag("HTTPS_ONLY")
SECRET_KEY = env.text("SECRET_KEY") or local_secret(DATA_DIR, "secret_key")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.listed("CSRF_TRUSTED_ORIGINS")
MAX_REQUEST_BYTES = env.positive("MAX_REQUEST_BYTES", 1_048_576)
ROOT_URLCONF = "rtrag_site.urls"
ASGI_APPLICATION = "rtrag_site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_REDIRECT_EXEMPT = [r"^health"]  # orchestrators ask the process itself
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    *(["daphne"] if "runserver" in sys.argv[1:2] else []),  # any other process would load all of Twisted for nothing
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
    "batch_app",
    "ninja",  # the files of its page about the API
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "rtrag_site.policy.ContentSecurityPolicyMiddleware",
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
LOCALE_PATHS = [BASE_DIR / "locale"]
UNFOLD = THEME
LOGIN_REDIRECT_URL = "admin:index"
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"  # uploaded documents; never served
SERVESTATIC_USE_FINDERS = True

# --- where things are kept -------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "rtrag.sqlite3")}
DATABASE = DATABASES["default"]
DATABASE_POOL_SIZE = env.positive("DATABASE_POOL_SIZE", 8)
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASE["CONN_MAX_AGE"] = 0
    DATABASE.setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 5,  # seconds; whoever waits longer for a connection gets an error
    }

REDIS_URL = env.url("REDIS_URL", "", ("redis", "rediss"))
REDIS_LAYER_HOST = {
    "address": REDIS_URL,
    "socket_timeout": 15,  # seconds; redis-py's own, 5, is as long as the layer waits for a word, and ends each wait
}
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_LAYER_HOST]}}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# --- background work -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.url(
    "CELERY_BROKER_URL", REDIS_URL or "filesystem://localhost", ("filesystem", "redis", "rediss", "amqp", "amqps")
)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"max_retries": 0}  # who sends learns at once that it is away
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_QUEUES = [Queue("celery"), Queue("batches")]  # of their own, so that neither waits behind the other
CELERY_TASK_ROUTES = {"batch_app.tasks.*": {"queue": "batches"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
BATCH_ENABLED = env.flag("BATCH_ENABLED", default=True)
BATCH_PROCESSES = env.positive("BATCH_PROCESSES", 1, most=64)
CELERY_WORKER_CONCURRENCY = env.positive("CELERY_WORKER_CONCURRENCY", 2)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- realtime sessions -----------------------------------------------------------------------------------------------
WS_PATH = "/" + env.text("WS_PATH", "/ws/realtime-asr").strip("/")
WS_MAX_MESSAGE_BYTES = env.positive("WS_MAX_MESSAGE_BYTES", 1_048_576)
MAX_CHUNK_CHARS = env.positive("MAX_CHUNK_CHARS", 10_240)
MAX_SESSION_FINALS = env.positive("MAX_SESSION_FINALS", 1_000)
MAX_WAITING_QUESTIONS = env.positive("MAX_WAITING_QUESTIONS", 8)
MAX_OUTGOING_FRAMES = env.positive("MAX_OUTGOING_FRAMES", 256)
WS_SEND_TIMEOUT_S = env.positive("WS_SEND_TIMEOUT_S", 20)
MAX_SOCKETS = env.positive("MAX_SOCKETS", 10_000)
MAX_JOURNAL_RECORDS = env.positive("MAX_JOURNAL_RECORDS", 20_000)
SESSION_RETENTION_DAYS = env.positive("SESSION_RETENTION_DAYS", 90)
USAGE_RETENTION_DAYS = env.positive("USAGE_RETENTION_DAYS", 400)

# --- who answers -----------------------------------------------------------------------------------------------------
RAG_PROVIDER = env.text("RAG_PROVIDER", "knowledge").lower()
SEARCH_PROVIDER = env.text("SEARCH_PROVIDER").lower()
DIFY_API_KEY = env.text("DIFY_API_KEY")
DIFY_BASE_URL = env.text("DIFY_BASE_URL")
DIFY_TIMEOUT = env.seconds("DIFY_TIMEOUT")
DIFY_USER = env.text("DIFY_USER")
OPENAI_API_KEY = env.text("OPENAI_API_KEY")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-4o-mini")
OPENAI_TIMEOUT = env.seconds("OPENAI_TIMEOUT")
CONTEXT_API_KEY = env.text("CONTEXT_API_KEY")
CONTEXT_BASE_URL = env.text("CONTEXT_BASE_URL")
CONTEXT_TIMEOUT = env.seconds("CONTEXT_TIMEOUT")
CUSTOM_RAG_API_URL = env.text("CUSTOM_RAG_API_URL")
CUSTOM_RAG_API_KEY = env.text("CUSTOM_RAG_API_KEY")
CUSTOM_RAG_TIMEOUT = env.seconds("CUSTOM_RAG_TIMEOUT")
GEMINI_API_KEY = env.text("GEMINI_API_KEY")
GEMINI_MODEL = env.text("GEMINI_MODEL")
GEMINI_TIMEOUT = env.seconds("GEMINI_TIMEOUT")
OLLAMA_BASE_URL = env.text("OLLAMA_BASE_URL")
OLLAMA_MODEL = env.text("OLLAMA_MODEL")
OLLAMA_TIMEOUT = env.seconds("OLLAMA_TIMEOUT")
SERPER_API_KEY = env.text("SERPER_API_KEY")
SERPER_TIMEOUT = env.seconds("SERPER_TIMEOUT")
PROVIDER_PRIVATE_ADDRESSES = env.listed("PROVIDER_PRIVATE_ADDRESSES")
ENCRYPTION_SECRETS = env.listed("ENCRYPTION_SECRETS") or [local_secret(DATA_DIR, "encryption_secret")]

# --- the built-in knowledge base -------------------------------------------------------------------------------------
KNOWLEDGE_MIN_COVERAGE = env.fraction("KNOWLEDGE_MIN_COVERAGE", 0.45)
MAX_DOCUMENT_BYTES = env.positive("MAX_DOCUMENT_BYTES", 50_000_000)
STARTER_DOCUMENTS = BASE_DIR / "knowledge_app" / "starter"

# --- batches ---------------------------------------------------------------------------------------------------------
BATCH_MAX_CONCURRENT = env.positive("BATCH_MAX_CONCURRENT", 100, most=1_000)
BATCH_MAX_QUEUE_SIZE = env.positive("BATCH_MAX_QUEUE_SIZE", 100)
BATCH_MAX_REQUEST_BYTES = env.positive("BATCH_MAX_REQUEST_BYTES", 67_108_864)
DATA_UPLOAD_MAX_MEMORY_SIZE = max(2_621_440, MAX_REQUEST_BYTES, BATCH_MAX_REQUEST_BYTES)  # per path: request_limits.py
BATCH_RETENTION_DAYS = env.positive("BATCH_RETENTION_DAYS", 90)
WEBHOOK_SECRETS = env.signing_secrets("WEBHOOK_SECRET") or [local_secret(DATA_DIR, "webhook_secret", signing_secret)]

# --- logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "rtrag_site.logs.DiscreetFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {name: {"level": "WARNING"} for name in ("celery", "daphne", "httpx", "uvicorn")},
}
