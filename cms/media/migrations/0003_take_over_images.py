"""Images stored in Wagtail's own table move into ours with their ids, so every page and draft still finds them.

Set-based, so a large table takes seconds. Files stay where they are; sizes are made anew, the old ones are deleted
after the commit. Documents get the address they have today.
"""

from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import migrations, transaction

#: What both tables have.
COLUMNS = (
    "id", "title", "file", "description", "width", "height", "created_at", "uploaded_by_user_id", "focal_point_x",
    "focal_point_y", "focal_point_width", "focal_point_height", "file_size", "file_hash", "collection_id",
)
#: Columns that name the model of an image.
NAMED_IN = (
    ("taggit", "TaggedItem", "content_type"),
    ("wagtailcore", "ModelLogEntry", "content_type"),
    ("wagtailcore", "ReferenceIndex", "base_content_type"),
    ("wagtailcore", "ReferenceIndex", "content_type"),
    ("wagtailcore", "ReferenceIndex", "to_content_type"),
    ("wagtailsearch", "IndexEntry", "content_type"),
)


def move(apps, schema_editor, source, target, extra):
    connection = schema_editor.connection
    old, new = apps.get_model(*source), apps.get_model(*target)
    if not old.objects.exists():
        return
    names = ", ".join(COLUMNS)
    more, values = ", ".join(extra), ", ".join(extra.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {new._meta.db_table} ({names}{', ' if more else ''}{more}) "
            f"SELECT {names}{', ' if values else ''}{values} FROM {old._meta.db_table}"
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [new]):
            cursor.execute(statement)
    types = apps.get_model("contenttypes", "ContentType")
    before = types.objects.filter(app_label=source[0], model=source[1].lower()).first()
    if before:
        after = types.objects.get_or_create(app_label=target[0], model=target[1].lower())[0]
        for app, model, column in NAMED_IN:
            apps.get_model(app, model).objects.filter(**{column: before.pk}).update(**{column: after.pk})
    renditions = apps.get_model(source[0], source[1].replace("Image", "Rendition"))
    files = list(renditions.objects.values_list("file", flat=True))
    renditions.objects.all()._raw_delete(using=connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {old._meta.db_table}")
    transaction.on_commit(lambda: [default_storage.delete(name) for name in files], using=connection.alias)


def forwards(apps, schema_editor):
    no, yes = ("false", "true") if schema_editor.connection.vendor == "postgresql" else ("0", "1")
    extra = {
        "credit": "''",
        "source_url": "''",
        "caption": "''",
        "consent": "''",
        "problem": "''",
        "is_cleaned": no,
        "animated": f"CASE WHEN lower(file) LIKE '%.gif' THEN {yes} ELSE {no} END",
    }
    move(apps, schema_editor, ("wagtailimages", "Image"), ("media", "CityImage"), extra)
    details = apps.get_model("media", "DocumentDetails")
    documents = apps.get_model("content", "CityDocument").objects.exclude(file="").values_list("pk", "file")
    details.objects.bulk_create(
        [details(document_id=pk, address=file) for pk, file in documents.iterator()], batch_size=500
    )


def backwards(apps, schema_editor):
    move(apps, schema_editor, ("media", "CityImage"), ("wagtailimages", "Image"), {})


class Migration(migrations.Migration):

    dependencies = [
        ("media", "0002_licences"),
        ("content", "0002_media_indexes"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("taggit", "0001_initial"),
        ("wagtailcore", "0078_referenceindex"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailsearch", "0005_create_indexentry"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
