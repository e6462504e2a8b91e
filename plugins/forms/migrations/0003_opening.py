from django.db import migrations, models
from django.utils import timezone


def note(apps, schema_editor):
    """Note of forms there are whether they are full, and when they open or close next."""
    Form, Submission = apps.get_model("forms", "Form"), apps.get_model("forms", "Submission")
    now = timezone.now()
    for form in Form.objects.exclude(open_from=None, open_until=None, max_submissions=None):
        form.changes_at = min((one for one in (form.open_from, form.open_until) if one and one > now), default=None)
        sent = Submission.objects.filter(version__form=form, test=False).count()
        form.is_full = form.max_submissions is not None and sent >= form.max_submissions
        Form.objects.filter(pk=form.pk).update(changes_at=form.changes_at, is_full=form.is_full)


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0002_scans_deletions_surveys'),
    ]

    operations = [
        migrations.AddField(
            model_name='form',
            name='changes_at',
            field=models.DateTimeField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='form',
            name='is_full',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
