"""The site with the dummy plugin, found by its entry point as an installed package would be."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "dummy_package"))
os.environ["PLUGINS"] = "services,dummy"

from cms.settings.test import *  # noqa: F403
from cms.settings.test import INSTALLED_APPS

# The dummy requires a capability; the fakes of the contract suite provide it.
INSTALLED_APPS = ["tests.contract.fakes", *INSTALLED_APPS]
