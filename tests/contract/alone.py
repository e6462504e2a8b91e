"""Settings with one plugin alone, named in ALONE; whatever it requires is faked."""

import os

os.environ["PLUGINS"] = os.environ["ALONE"]

from cms.settings.test import *  # noqa: F403
from cms.settings.test import INSTALLED_APPS

INSTALLED_APPS = ["tests.contract.fakes", *INSTALLED_APPS]
