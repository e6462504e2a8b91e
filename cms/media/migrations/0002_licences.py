"""The code list of licences, version 2026-11."""

from django.db import migrations

VERSION = "2026-11"
ROWS = [
    ("city", "Own picture of the city", ""),
    ("permission", "By permission of the rights holder", ""),
    ("press", "Press picture, for reports only", ""),
    ("cc0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("cc-by-4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    ("cc-by-sa-4.0", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    ("dl-de-by-2.0", "Datenlizenz Deutschland – Namensnennung 2.0", "https://www.govdata.de/dl-de/by-2-0"),
    ("dl-de-zero-2.0", "Datenlizenz Deutschland – Zero 2.0", "https://www.govdata.de/dl-de/zero-2-0"),
    ("public-domain", "Public domain", ""),
]


def add(apps, schema_editor):
    licence = apps.get_model("media", "ImageLicence")
    licence.objects.bulk_create(
        [
            licence(code=code, list_version=VERSION, name=name, url=url, position=position)
            for position, (code, name, url) in enumerate(ROWS)
        ]
    )


class Migration(migrations.Migration):

    dependencies = [("media", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
