"""Settings of a server on the net. Refuses to start with a dangerous configuration and says which."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SECRET_KEY, SITE_URL, env


def _problems() -> list[str]:
    found = []
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        found.append("SECRET_KEY is missing or too short (at least 50 random characters)")
    if SECRET_KEY.startswith(("development-only", "test-only", "django-insecure")):
        found.append("SECRET_KEY is a development key")
    if not ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is missing (comma-separated host names)")
    if any(host in ("*", ".") for host in ALLOWED_HOSTS):
        found.append("ALLOWED_HOSTS contains a wildcard for all hosts")
    if env.bool("DEBUG", default=False):
        found.append("DEBUG is on")
    if not env("DATABASE_URL", default=""):
        found.append("DATABASE_URL is missing")
    if not SITE_URL.startswith("https://"):
        found.append("SITE_URL is missing or not https://")
    return found


if _found := _problems():
    raise ImproperlyConfigured("This configuration must not go live:\n- " + "\n- ".join(_found))

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes of load balancers come without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
# The prefix binds them to this host, TLS and the whole site (RFC 6265bis): no neighbour can set them.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
if env.bool("SECURE_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
