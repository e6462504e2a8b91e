"""Texts of mails that are not out yet lie sealed."""

from __future__ import annotations

import json
from typing import Any

from django.db import migrations, models

from cms.sealing import seal, unseal

BODY = "notifications.body"


def close(apps: Any, schema_editor: Any) -> None:
    """Seal what is still to be sent, or was given up."""
    rows = apps.get_model("notifications", "Mail").objects.exclude(text="", html="")
    for mail in rows.only("text", "html", "attachments").iterator():
        body = {"text": mail.text, "html": mail.html, "attachments": mail.attachments}
        mail.sealed = seal(json.dumps(body, ensure_ascii=False), BODY)
        mail.save(update_fields=["sealed"])


def reopen(apps: Any, schema_editor: Any) -> None:
    """Write it back readable. Raises cms.sealing.Unreadable when a key is gone."""
    for mail in apps.get_model("notifications", "Mail").objects.exclude(sealed="").only("sealed").iterator():
        body = json.loads(unseal(mail.sealed, BODY))
        mail.text, mail.html, mail.attachments = body["text"], body["html"], body["attachments"]
        mail.save(update_fields=["text", "html", "attachments"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField("mail", "sealed", models.TextField(blank=True, editable=False, default=""), preserve_default=False),
        migrations.RunPython(close, reopen),
        migrations.RemoveField("mail", "text"),
        migrations.RemoveField("mail", "html"),
        migrations.RemoveField("mail", "attachments"),
    ]
