"""Settings of a server that measurements talk to: as in production, on a plain address of this machine."""

from cms.settings.base import *  # noqa: F403
from cms.settings.base import STORAGES

SECRET_KEY = "bench-only-" + "0123456789" * 5
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
LOGGING = {"version": 1, "disable_existing_loggers": True}
