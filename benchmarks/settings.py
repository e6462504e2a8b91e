"""Settings of measurements that start processes of their own: the site plus an app that watches."""

from cms.settings.base import env
from cms.settings.test import *  # noqa: F403
from cms.settings.test import INSTALLED_APPS

INSTALLED_APPS = ["benchmarks.probe", *INSTALLED_APPS]
vars().update(env.email_url("EMAIL_URL"))
MAIL_TRANSPORT = vars()["EMAIL_BACKEND"]
EMAIL_BACKEND = "cms.notifications.backend.QueueBackend"
WORKER_STATE_DIR = env("WORKER_STATE_DIR")
DEFAULT_FROM_EMAIL = "Mogontia <noreply@mainz.example>"
