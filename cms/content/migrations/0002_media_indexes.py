"""The checked view finds a file by its name: an index on each table it asks. Wagtail has none."""

from django.db import migrations

TABLES = {"wagtailimages_rendition": "rendition_file", "wagtailimages_image": "image_file", "content_citydocument": "document_file"}


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0001_initial"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.RunSQL(f"CREATE INDEX media_{name} ON {table} (file)", f"DROP INDEX media_{name}")
        for table, name in TABLES.items()
    ]
