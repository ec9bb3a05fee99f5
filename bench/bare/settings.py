"""The least Django that a signed-in page needs, on the same database, cache and sessions as the product.

What is not named here stays as Django has it. The models of the product are used; nothing else of it.
"""

from config.settings import (  # noqa: F401
    ALLOWED_HOSTS,
    AUTH_USER_MODEL,
    BASE_DIR,
    CACHES,
    DATABASES,
    DEFAULT_AUTO_FIELD,
    LANGUAGE_CODE,
    SECRET_KEY,
    SESSION_ENGINE,
    TIME_ZONE,
    USE_TZ,
)

ROOT_URLCONF = "bench.bare.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "core",
    "partnerships",
    "inspections",
    "actionplans",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "bare" / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
