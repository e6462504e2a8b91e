"""What the start page weighs on its way to a browser: compressed, without images, as the server sends it."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from benchmarks.figure import Figure

PAGE = "/"
MOST_KB, MOST_FONTS_PRELOADED = 150, 2
_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPTS = re.compile(r'<script[^>]* src="([^"]+)"')
_PRELOADS = re.compile(r'<link rel="preload" href="([^"]+)"')
_FONTS = re.compile(r'url\("?([^")]+\.woff2)"?\)')
_ANYWHERE = re.compile(r'(?:\ssrc|<link(?! rel="alternate")[^>]*\shref)="((?:https?:)?//[^"]+)"')


def figures(*, full: bool) -> Iterator[Figure]:
    """Weigh the start page of the settings' database with every style sheet, script and font it can ask for."""
    with tempfile.TemporaryDirectory() as folder:
        storages = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        }
        with override_settings(STATIC_ROOT=folder, STORAGES=storages):
            call_command("collectstatic", interactive=False, verbosity=0)
            body = Client(headers={"host": "localhost"}).get(PAGE).content
            parts = {"html": len(gzip.compress(body, 6)), **_weights(body.decode(), Path(folder))}
    for name, size in parts.items():
        print(f"theming.start_page.{name}_kb {size / 1000:.1f}")
    text = body.decode()
    yield Figure("theming.start_page.kb_without_images", sum(parts.values()) / 1000, MOST_KB, "<=")
    yield Figure("theming.start_page.foreign_addresses", len(_ANYWHERE.findall(text)), 0, "<=")
    yield Figure("theming.start_page.fonts_preloaded", len(_PRELOADS.findall(text)), MOST_FONTS_PRELOADED, "<=")


def _weights(body: str, root: Path) -> dict[str, int]:
    """Bytes of style sheets, scripts and of all fonts that the sheets name, though a browser fetches only those it uses."""
    styles, scripts = _STYLES.findall(body), _SCRIPTS.findall(body)
    fonts = {
        urljoin(address, font) for address in styles for font in _FONTS.findall(_file(address, root).read_text("utf-8"))
    }
    groups = {"css": styles, "js": scripts, "fonts": sorted(fonts)}
    return {name: sum(_sent(_file(address, root)) for address in found) for name, found in groups.items()}


def _file(address: str, root: Path) -> Path:
    return root / urlsplit(address).path.removeprefix(settings.STATIC_URL)


def _sent(path: Path) -> int:
    """Bytes of the smallest copy that lies beside the file, as WhiteNoise chooses it."""
    copies = [path, path.with_name(f"{path.name}.br"), path.with_name(f"{path.name}.gz")]
    return min(copy.stat().st_size for copy in copies if copy.is_file())
