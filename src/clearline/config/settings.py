"""Django's settings: one installation, its home and its database named by the environment."""

import os
import sys
from typing import Any

import pysqlite3

# The system's SQLite may be one of those that lose pages of the write-ahead log (3.7.0 to 3.51.2); Django imports
# what stands under this name.
sys.modules["sqlite3"] = pysqlite3

from clearline.config.databases import database  # noqa: E402
from clearline.config.home import home  # noqa: E402
from clearline.config.logins import providers  # noqa: E402
from clearline.formats.phones import USUAL, VARIABLE, settle  # noqa: E402

HOME = home()
DEBUG = False
ORIGIN = os.environ.get("CLEARLINE_ORIGIN", "")  # the name of the evidence log; random where none is given
PORTABLE = os.environ.get("CLEARLINE_PORTABLE") == "yes"  # phrases compiled in a moment, and read more slowly
SECRET_KEY = HOME.secret("django")
ALLOWED_HOSTS = os.environ.get("CLEARLINE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SECURE = os.environ.get("CLEARLINE_PLAIN_HTTP") != "yes"  # behind TLS, but for a try on one's own machine
AUDIOSOCKET = os.environ.get(
    "CLEARLINE_AUDIOSOCKET", ""
)  # host:port for Asterisk's sound; off where none is given
HEAR = os.environ.get("CLEARLINE_HEAR") != "no"  # whether the sound of running calls is heard here
DEMO = os.environ.get("CLEARLINE_DEMO") == "yes"  # made-up data: one factor is enough, and a notice says so
settle(os.environ.get(VARIABLE, USUAL))  # whose numbers need no country code
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    "clearline.intake",
    "clearline.outlook",
    "clearline.culture",
    "clearline.training",
    "clearline.audits",
    "clearline.review",
    "clearline.live",
    "clearline.gate",
    "clearline.record",
    "clearline.people",
    "clearline.evidence",
    "clearline.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages ask for it
    "django.forms",
]
ROOMS = [
    "clearline.gate.room.ROOM",
    "clearline.review.room.ROOM",
    "clearline.training.room.ROOM",
    "clearline.culture.speakup.room.ROOM",
]  # above the record, which knows them by name alone
KEEPERS = ["clearline.gate.keeping.KEEPER", "clearline.record.retention.originals.KEEPER"]
MIDDLEWARE = [
    "clearline.culture.speakup.unseen.Unseen",  # before all others, so that none of them learns who speaks up
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clearline.ui.display.own_zone",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "clearline.people.door.Door",
]
ROOT_URLCONF = "clearline.config.urls"
ASGI_APPLICATION = "clearline.config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clearline.ui.page.page",
            ],
            "builtins": ["clearline.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # forms look like the rest

DATABASES = {"default": database(os.environ.get("CLEARLINE_DATABASE_URL", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = os.environ.get("CLEARLINE_ZONE", "UTC")  # where the shop is: its days begin there at midnight
LANGUAGE_CODE = "en"
USE_I18N = False

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "clearline.people.signing_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "clearline.people.signing_in.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited, nobody signs up
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}  # five wrong passwords close it for five minutes
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("CLEARLINE_PROXIES", "0"))
CACHES = {  # on disk, so that a restart frees nobody who was locked out
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME.path / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}
SOCIALACCOUNT_PROVIDERS = providers(HOME.path)
# Whom the shop's login vouches for is the person who was invited by that address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: our policy lets no form lead to another house
MFA_ADAPTER = "clearline.people.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Clearline"

STATIC_URL = "static/"
STATIC_ROOT = HOME.static
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
API_RATE = float(os.environ.get("CLEARLINE_API_RATE", "20"))  # requests a second that a token may make
