"""Finding out how large the files are."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from .files import FORMATS, datasets, languages, write
from .models import MeasuredFile


def measure() -> int:
    """Make each file once and note its size; return how many have changed. What is no longer offered is forgotten."""
    known = {(row.dataset, row.language, row.form): row for row in MeasuredFile.objects.all()}
    changed = 0
    for dataset, resource in datasets():
        for language in languages():
            for form in FORMATS:
                size, things, checksum = 0, 0, hashlib.sha256()
                for text, number in write(resource, form, language):
                    part = text.encode()
                    size, things = size + len(part), things + number
                    checksum.update(part)
                row = known.pop((dataset.name, language, form), None)
                if row is None or row.checksum != checksum.hexdigest():
                    changed += 1
                    MeasuredFile.objects.update_or_create(
                        dataset=dataset.name,
                        language=language,
                        form=form,
                        defaults={
                            "size": size,
                            "things": things,
                            "checksum": checksum.hexdigest(),
                            "changed_at": timezone.now(),
                        },
                    )
    if known:
        MeasuredFile.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return changed
