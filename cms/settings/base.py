"""Settings shared by every environment. Values come from environment variables (docs/deployment.md)."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from cms.plugins.loading import app_paths
from cms.theming.loading import static_dirs, template_dirs

from .forms import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Keys of what lies encrypted in the database and in files, the newest first (docs/security.md); none: SECRET_KEY.
DATA_KEYS = env.list("DATA_KEYS", default=[])
ALTCHA_HMAC_KEY = hashlib.sha256(f"altcha {SECRET_KEY}".encode()).hexdigest()  # work of computers before a form is sent
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}")

# --- plugins and theme -------------------------------------------------------------------------
PLUGINS = env.list("PLUGINS", default=["services", "forms"])
THEME = env("THEME", default="city")

INSTALLED_APPS = [
    "search",
    *app_paths(PLUGINS),
    "cms.feeds",
    "cms.opendata",
    "cms.content",
    "cms.notices",
    "cms.media",
    "cms.editing",
    "cms.reviews",
    "cms.languages",
    "cms.importing",
    "cms.privacy",
    "cms.accessibility",
    "cms.caching",
    "cms.visits",
    "cms.cases",
    "cms.directory",
    "cms.records",
    "cms.accounts",
    "cms.access",
    "cms.theming",
    "cms.plugins",
    "cms.api",
    "cms.integrations",
    "cms.webhooks",
    "cms.operations",
    "cms.events",
    "cms.jobs",
    "cms.notifications",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "corsheaders",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "cms.settings.apps.DjangoFormsConfig",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cms.headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "cms.caching.middleware.PageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.faults.BadInputMiddleware",
    "cms.reviews.kept.KeptInputMiddleware",
    "cms.faults.DatabaseAwayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cms.transactions.UnsafeRequestTransactionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "cms.accounts.sessions.SessionLimitMiddleware",
    "cms.limits.UnsafeRequestLimitMiddleware",
    "cms.accounts.middleware.SecondFactorMiddleware",
    "cms.accounts.middleware.ScopeMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "cms.access.middleware.AccessMiddleware",
    "cms.access.uploads.UploadMiddleware",
    "cms.plugins.middleware.SwitchMiddleware",
    "cms.editing.publishing.NotPublishedMiddleware",
    "cms.visits.middleware.VisitsMiddleware",
    "cms.content.redirects.VisibleRedirectMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": template_dirs(THEME),
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "cms.theming.context.theme",
                "cms.content.context.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    },
]

# --- data --------------------------------------------------------------------------------------
# An empty variable counts as none.
DATABASES = {
    "default": env.db_url_config(
        env("DATABASE_URL", default="") or f"sqlite:///{BASE_DIR / 'var' / 'mogontia.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing: IMMEDIATE takes the lock at the start of the transaction.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "cms.caching.backend.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "mogontia"}
    )
}

# Public pages are kept so long at most, and never beyond a change (0: not at all).
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=3600)

# Several nodes are separated by commas; names and passwords may be part of the address.
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_API_KEY = env("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_CA = env("ELASTICSEARCH_CA", default="")  # file with the certificate that signed the server's
ELASTICSEARCH_TIMEOUT = env.float("ELASTICSEARCH_TIMEOUT", default=1.5)  # seconds; then the database answers
ELASTICSEARCH_PREFIX = env("ELASTICSEARCH_PREFIX", default="mogontia")  # of all names of indexes and aliases
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
ELASTICSEARCH_REPLICAS = env("ELASTICSEARCH_REPLICAS", default="0-1")  # a number, or a range that follows the nodes
# What was searched is counted in the process and written every so many seconds (0: only when told to), and kept for days.
SEARCH_LOG_SECONDS = env.float("SEARCH_LOG_SECONDS", default=10.0)
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", default=180)
SEARCH_BACKEND = env("SEARCH_BACKEND", default="elasticsearch" if ELASTICSEARCH_URL else "database")
# Wagtail's own search serves the admin only; the site's search is the app "search".
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- media: private storage, every file goes through cms.access.media ----------------------------
MEDIA_URL = "/media/"
MEDIA_MAX_AGE = env.int("MEDIA_MAX_AGE", default=3600)  # seconds a public file may stay in caches
# Where nginx finds the files of MEDIA_ROOT ("internal" location); empty: the application sends them itself.
MEDIA_ACCEL_PREFIX = env("MEDIA_ACCEL_PREFIX", default="")
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
MEDIA_BUCKET = env("MEDIA_BUCKET", default="")
if MEDIA_BUCKET:
    _media = {
        "BACKEND": "cms.access.storage.PrivateS3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "endpoint_url": env("MEDIA_ENDPOINT_URL", default=None),
            "access_key": env("MEDIA_ACCESS_KEY", default=None),
            "secret_key": env("MEDIA_SECRET_KEY", default=None),
            "region_name": env("MEDIA_REGION", default=None),
            "default_acl": None,
            "file_overwrite": False,
        },
    }
else:
    _media = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES = {
    "default": _media,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = static_dirs(THEME)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cms.theming.finders.ThemeTokensFinder",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's editor posts one field per block value

WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]  # no SVG uploads: they can carry scripts
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 128 * 1000 * 1000
WAGTAILIMAGES_IMAGE_MODEL = "media.CityImage"
WAGTAILIMAGES_AVIF_QUALITY = env.int("IMAGE_AVIF_QUALITY", default=55)
WAGTAILIMAGES_WEBP_QUALITY = env.int("IMAGE_WEBP_QUALITY", default=78)
WAGTAILIMAGES_JPEG_QUALITY = env.int("IMAGE_JPEG_QUALITY", default=80)
IMAGE_CREDIT_REQUIRED = env.bool("IMAGE_CREDIT_REQUIRED", default=True)  # no page is published with one that has none
IMAGE_EXPIRY_REMINDER_DAYS = env.int("IMAGE_EXPIRY_REMINDER_DAYS", default=14)
# Where readers ask for another form of a file that is not accessible: "mailto:…", or a page.
BARRIER_CONTACT = env("BARRIER_CONTACT", default="mailto:barrierefrei@mainz.example")
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.content.media_forms.CheckedImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.content.media_forms.CheckedDocumentForm"
WAGTAILDOCS_DOCUMENT_MODEL = "content.CityDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "txt", "ics", "mp4", "webm", "vtt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
DOCUMENT_MAX_UPLOAD_SIZE = 50 * 1024 * 1024

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "de"
# Languages of records, mails and the admin. Pages have one more: Leichte Sprache, an own standard (DIN SPEC 33429).
TEXT_LANGUAGES = [("de", _("German")), ("en", _("English"))]
EASY_LANGUAGE = "de-simple"  # "simple" is the registered variant of BCP 47; what it lacks is shown in German
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [*TEXT_LANGUAGES, (EASY_LANGUAGE, _("Easy language"))]
# A translation begins as a draft, whatever the source is; and only who may release a page publishes it at the end.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.languages.workflow.publish_when_released"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "allauth"]  # the second: allauth says "Sie", too
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
HOLIDAYS = ("DE", env("HOLIDAY_SUBDIVISION", default="RP"))

# --- editors' help -------------------------------------------------------------------------------
# Readers are counted in the process and written every so many seconds (0: only when told to), and kept for days.
VISITS_SECONDS = env.float("VISITS_SECONDS", default=10.0)
VISITS_DAYS = env.int("VISITS_DAYS", default=730)
# Networks that the check of links asks although they are not on the public internet, such as the city's own.
OUTBOUND_ALLOWS = env.list("OUTBOUND_ALLOWS", default=[])

# --- city ----------------------------------------------------------------------------------------
CITY_NAME = env("CITY_NAME", default="Mainz")
CASE_PREFIX = env("CASE_PREFIX", default="MZ")  # of the references of cases: MZ-2026-7KQ4-PX3-C
# Municipality key of the city (AGS), for catalogues of open data.
CITY_KEY = env("CITY_KEY", default="07315000")
# Under what licence the city gives its own data (https://www.dcat-ap.de/def/licenses/), and whom to ask about them.
OPENDATA_LICENCE = env("OPENDATA_LICENCE", default="http://dcat-ap.de/def/licenses/dl-by-de/2.0")
OPENDATA_CONTACT = env("OPENDATA_CONTACT", default="mailto:offene-daten@mainz.example")
# Background of maps, for example https://tiles.example.org/{z}/{x}/{y}.png; fetched and kept by the server, readers'
# browsers ask nobody else. Empty: our own outline of the city. The attribution its licence asks for is shown below.
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_ATTRIBUTION = env("MAP_ATTRIBUTION", default="")
WAGTAIL_SITE_NAME = env("SITE_NAME", default="Mogontia – Landeshauptstadt Mainz")

# Whom to tell of security holes (/.well-known/security.txt): mailto:, https: or tel:, separated by commas.
SECURITY_TXT_CONTACT = env.list("SECURITY_TXT_CONTACT", default=[])
_expires = env("SECURITY_TXT_EXPIRES", default="")  # a day: 2027-06-30
SECURITY_TXT_EXPIRES = datetime.fromisoformat(_expires).replace(tzinfo=UTC) if _expires else None
SECURITY_TXT_POLICY = env("SECURITY_TXT_POLICY", default="")  # address of the rules for those who look for holes

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cms.accounts.backends.PasswordBackend", "cms.accounts.backends.MailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cms.accounts.passwords.CityWordsValidator"},
]
CITIZENS_REGISTER = env.bool("CITIZENS_REGISTER", default=True)
ACCOUNT_ADAPTER = "cms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # the mailed code works without the password
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail after each change of password, address or second factor
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = CITY_NAME
# Staff signs in with the city's own service, when there is one (OpenID Connect).
STAFF_OIDC_URL = env("STAFF_OIDC_URL", default="")
STAFF_OIDC_GROUPS_CLAIM = env("STAFF_OIDC_GROUPS_CLAIM", default="groups")
STAFF_OIDC_ROLES = env.dict("STAFF_OIDC_ROLES", default={})  # group there=role here,…
STAFF_OIDC_CHECKS_SECOND_FACTOR = env.bool("STAFF_OIDC_CHECKS_SECOND_FACTOR", default=False)
SOCIALACCOUNT_ADAPTER = "cms.accounts.adapter.StaffSignInAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # a checked address of the city's own service is the same person
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "staff",
                "name": env("STAFF_OIDC_NAME", default="Stadtverwaltung"),
                "client_id": env("STAFF_OIDC_CLIENT_ID", default=""),
                "secret": env("STAFF_OIDC_SECRET", default=""),
                "settings": {"server_url": STAFF_OIDC_URL},
            }
        ]
        if STAFF_OIDC_URL
        else [],
    }
}
LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 86_400  # for those who choose to stay signed in
SESSION_PAUSE_SECONDS = env.int("SESSION_PAUSE_SECONDS", default=2 * 3600)
SESSION_LONGEST_SECONDS = env.int("SESSION_LONGEST_SECONDS", default=12 * 3600)
UNSAFE_REQUESTS_A_MINUTE = env.int("UNSAFE_REQUESTS_A_MINUTE", default=60)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- work in the background ---------------------------------------------------------------------
WORKER_STATE_DIR = env("WORKER_STATE_DIR", default=str(BASE_DIR / "var" / "work"))  # local to the machine
WORKER_PRESUMED_DEAD_SECONDS = env.float("WORKER_PRESUMED_DEAD_SECONDS", default=60.0)
EVENTS_KEPT_DAYS = env.int("EVENTS_KEPT_DAYS", default=180)
JOBS_KEPT_DAYS = env.int("JOBS_KEPT_DAYS", default=14)
MAILS_KEPT_DAYS = env.int("MAILS_KEPT_DAYS", default=90)
WEBHOOKS_KEPT_DAYS = env.int("WEBHOOKS_KEPT_DAYS", default=30)  # so far back messages can be sent again
WEBHOOK_SECONDS = env.float("WEBHOOK_SECONDS", default=10.0)  # so long a receiver may take
WEBHOOK_FIRST_WAIT = env.float("WEBHOOK_FIRST_WAIT", default=30.0)  # seconds before the second attempt, then doubled
WEBHOOK_THREADS = env.int("WEBHOOK_THREADS", default=16)  # messages under way at once, in each worker

# Submissions of forms to other systems (docs/handover.md): seconds a receiver may take, before the second attempt (then
# doubled), how many are under way at once in each worker, and the folder below which drop folders lie (empty: none).
HAND_OVER_SECONDS = env.float("HAND_OVER_SECONDS", default=20.0)
HAND_OVER_FIRST_WAIT = env.float("HAND_OVER_FIRST_WAIT", default=60.0)
HAND_OVER_THREADS = env.int("HAND_OVER_THREADS", default=8)
FORM_DROP_FOLDER = env("FORM_DROP_FOLDER", default="")

# --- mail ----------------------------------------------------------------------------------------
# Every mail goes into a queue (cms.notifications); the worker sends it by what EMAIL_URL names.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
MAIL_TRANSPORT = vars()["EMAIL_BACKEND"]
EMAIL_BACKEND = "cms.notifications.backend.QueueBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Mogontia <noreply@mainz.example>")

# --- safe by default -----------------------------------------------------------------------------
X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin shows previews in a frame
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # DENY would break those previews; frame-ancestors is set below
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    # cms.headers sets other policies there: the Wagtail admin needs inline scripts, the API shows nothing.
    "EXCLUDE_URL_PREFIXES": ["/admin/", "/api/v"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# --- Wagtail -------------------------------------------------------------------------------------
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no calls to the outside
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # only those are told who approve (cms.reviews)
# How long the link of an outside review works, at most, and how long answered ones are kept.
OUTSIDE_REVIEW_DAYS = env.int("OUTSIDE_REVIEW_DAYS", default=14)
OUTSIDE_REVIEW_LONGEST_DAYS = env.int("OUTSIDE_REVIEW_LONGEST_DAYS", default=60)
OUTSIDE_REVIEWS_KEPT_DAYS = env.int("OUTSIDE_REVIEWS_KEPT_DAYS", default=365)
WAGTAILADMIN_PERMITTED_LANGUAGES = TEXT_LANGUAGES
WAGTAIL_AUTO_CREATE_PAGE_REDIRECTS = True
WAGTAILREDIRECTS_AUTO_CREATE = False  # cms.content.old_addresses does it for whole sections
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # address and password are changed under /accounts/, where all rules hold
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
TAGGIT_CASE_INSENSITIVE = True
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no third-party request from any page or from the server

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],  # deny by default: each view opens itself
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cms.integrations.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cms.api.limits.BoundedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["cms.api.throttling.CallerThrottle"],
    "DEFAULT_SCHEMA_CLASS": "cms.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "cms.api.errors.handle",
    "UNICODE_JSON": True,
}
# How many requests a minute the API answers an address, an account, and a key that has no limit of its own (0: any).
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=300)
# Clients of integrations (cms.integrations.oauth): secrets only, tokens live an hour.
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
API_MAX_BODY = env.int("API_MAX_BODY", default=1024 * 1024)  # bytes of what is sent to the API
API_STATEMENT_SECONDS = env.int("API_STATEMENT_SECONDS", default=10)  # of one statement of a list or thing; 0: any
# Whose scripts may call the API from browsers, without cookies: https://app.example.org,… or * (empty: nobody's).
API_CORS_ORIGINS = env.list("API_CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = "*" in API_CORS_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in API_CORS_ORIGINS if origin != "*"]
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "PATCH", "POST"]
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "content-location", "deprecation", "etag", "idempotency-replayed", "link", "location", "retry-after", "sunset",
    "www-authenticate",
]  # fmt: skip
SPECTACULAR_SETTINGS = {
    "TITLE": "Mogontia",
    "DESCRIPTION": "Public services, offices and search of the city.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "PREPROCESSING_HOOKS": ["cms.api.schema.only_public_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cms.api.schema.with_errors",
        "cms.content.api.schema.with_blocks",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

METRICS_TOKEN = env("METRICS_TOKEN", default="")

# --- logs ----------------------------------------------------------------------------------------
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "cms.logs.json_formatter"},
        "console": {"()": "cms.logs.console_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        "pypdf": {"level": "ERROR"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "weasyprint.progress": {"level": "WARNING"},  # ten lines a PDF
        "elastic_transport": {"level": "ERROR"},  # a line a request; what fails is said by the search
    },
}
