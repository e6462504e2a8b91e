"""Settings of the test suite."""

import atexit
import shutil
import tempfile

from .base import *  # noqa: F403
from .base import DATABASES, LOGGING, STORAGES

SECRET_KEY = "test-only-" + "0123456789" * 5
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = tempfile.mkdtemp(prefix="mogontia-test-media-")
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
WORKER_STATE_DIR = tempfile.mkdtemp(prefix="mogontia-test-work-")
atexit.register(shutil.rmtree, WORKER_STATE_DIR, ignore_errors=True)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING["root"]["level"] = "ERROR"
DATABASES["default"]["CONN_MAX_AGE"] = 0
ACCOUNT_RATE_LIMITS = False
UNSAFE_REQUESTS_A_MINUTE = 0
# Tests of Elasticsearch switch it on themselves, each with indexes of its own.
SEARCH_BACKEND = "database"
SEARCH_LOG_SECONDS = 0
PAGE_CACHE_SECONDS = 0  # tests of the page cache switch it on
VISITS_SECONDS = 0
ELASTICSEARCH_PREFIX = "test"
