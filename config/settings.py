"""All settings, read from the environment (docs/operations.md lists the variables)."""

from csp.constants import NONE, SELF

from config.environment import BASE_DIR, Environment

env = Environment()

# --- what kind of running this is -------------------------------------------------------------------------------
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
VAR_DIR = BASE_DIR / "var"
SITE_URL = env.address("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}", ("https", "http")).rstrip("/")
SECRET_KEY = env.secret_key(VAR_DIR, generated=DEMO or DEBUG)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or (["127.0.0.1", "localhost", "[::1]"] if DEMO or DEBUG else [])
SERVICE_NAME = env.text("SERVICE_NAME", "Followthrough")
BRAND_COLOUR = env.colour("BRAND_COLOUR", "#14505c")

# --- mail -------------------------------------------------------------------------------------------------------
MAIL_DIR = env.text("MAIL_DIR") or (str(VAR_DIR / "mail") if DEMO and not env.text("EMAIL_URL") else "")
globals().update(env.email(MAIL_DIR))
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20)  # seconds; the lease of a claimed message is reckoned from it
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SERVICE_NAME} <no-reply@followthrough.example>")
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS", DEFAULT_FROM_EMAIL)

# --- who answers a request --------------------------------------------------------------------------------------
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "core",
    "partnerships",
    "inspections",
    "actionplans",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.typed.KeepTypedMiddleware",
    "core.signing_in.SignInWall",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.days"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.service",
                "actionplans.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

# --- what is kept -----------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.text("MEDIA_ROOT", str(VAR_DIR / "files"))  # outside the web root: served by a permission check only
MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_MB", 20) * 1024 * 1024
CLAMAV_URL = env.scanner("CLAMAV_URL")  # with it, nobody opens a file before it has been found clean
REDIS_URL = env.address("REDIS_URL", "", ("redis", "rediss"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL,
    }
}

SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"

# --- signing in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partnerships.User"
AUTHENTICATION_BACKENDS = ["partnerships.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "partnerships.accounts.ClosedSignUpAdapter"
ACCOUNT_FORMS = {
    "login": "partnerships.accounts.LoginForm",
    "reset_password": "partnerships.accounts.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False

# --- safety of the browser --------------------------------------------------------------------------------------
SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- language, time, assets -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False  # one language; asking for it at every number takes a tenth of a page
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/London")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = str(BASE_DIR / "build" / "collected")
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- the log: standard error ------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.WithoutWords", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own handler is silent without DEBUG
        "django.request": {"level": "ERROR"},  # a page that does not exist is no fault
    },
}

# --- work outside requests --------------------------------------------------------------------------------------
QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {} if REDIS_URL else {key: str(QUEUE_DIR) for key in ("data_folder_in", "data_folder_out")}
)
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["control_folder"] = str(QUEUE_DIR / "control")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

if not DEMO and not DEBUG:
    env.refuse_unsafe(SECRET_KEY, ALLOWED_HOSTS, bool(MAIL_DIR or env.text("EMAIL_URL")))
PROBLEMS = env.problems
CONFIGURATION_REPORT = env.report()
