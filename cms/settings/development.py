"""Settings of the demo and of development: SQLite, debug pages, mail to the console."""

from datetime import UTC, datetime, timedelta

from .base import *  # noqa: F403
from .base import BASE_DIR, LOGGING, SECURITY_TXT_CONTACT, SECURITY_TXT_EXPIRES, STORAGES, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="development-only-" + "0123456789" * 5)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# The demo serves static files straight from the source folders, without a collectstatic step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env.bool("WHITENOISE_AUTOREFRESH", default=True)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys at http://localhost
LOGGING["handlers"]["console"]["formatter"] = "console"
SECURITY_TXT_CONTACT = SECURITY_TXT_CONTACT or ["mailto:sicherheit@mainz.example"]
SECURITY_TXT_EXPIRES = SECURITY_TXT_EXPIRES or datetime.now(UTC) + timedelta(days=180)
DEMO_ACCOUNTS_VISIBLE = env.bool("DEMO_ACCOUNTS_VISIBLE", default=True)

(BASE_DIR / "var").mkdir(exist_ok=True)  # the embedded database and uploaded files
