"""Run by the older version: what its demo city lacks. An image on a page with a draft on top, a page with a time."""

import json
from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.images import get_image_model

from cms.content.models import ContentPage, HomePage

buffer = BytesIO()
Image.new("RGB", (900, 600), "red").save(buffer, "JPEG")
image = get_image_model()(title="Altes Bild", file=ContentFile(buffer.getvalue(), "alt.jpg"))
image.save()
image.get_rendition("width-320")
home = HomePage.objects.first()
body = [{"type": "image", "value": {"image": image.pk, "alt": "Dom", "decorative": False, "caption": ""}}]
page = home.add_child(
    instance=ContentPage(title="Mit Bild", slug="mit-bild", locale=home.locale, body=json.dumps(body))
)
page.save_revision().publish()
page.title = "Mit Bild, Entwurf"
page.save_revision()
later = home.add_child(instance=ContentPage(title="Geplant", slug="geplant", locale=home.locale, live=False))
later.go_live_at = timezone.now() + timedelta(days=1)
later.save_revision().publish()
