"""Pages are found by their address and their level without reading all of them."""

from django.db import migrations


def add(apps, schema_editor):
    """Add the indexes. PostgreSQL limits what a tree of values may hold; addresses have no limit, so there it is a hash."""
    by_hash = "USING hash" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"CREATE INDEX content_page_address ON wagtailcore_page {by_hash} (url_path)")
    schema_editor.execute("CREATE INDEX content_page_depth ON wagtailcore_page (depth)")


def remove(apps, schema_editor):
    """Drop them."""
    for name in ("address", "depth"):
        schema_editor.execute(f"DROP INDEX content_page_{name}")


class Migration(migrations.Migration):
    """Two indexes on Wagtail's table."""

    dependencies = [
        ("content", "0003_page_types"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(add, remove)]
