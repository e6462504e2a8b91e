"""The history of a case is only added to: the database refuses to change or delete an entry."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION cases_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'entries of cases are kept' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER cases_entry_is_kept BEFORE UPDATE OR DELETE ON cases_caseentry
FOR EACH ROW EXECUTE FUNCTION cases_entry_is_kept();
"""
POSTGRESQL_BACK = """
DROP TRIGGER cases_entry_is_kept ON cases_caseentry;
DROP FUNCTION cases_entry_is_kept();
"""
SQLITE = [
    f"CREATE TRIGGER cases_entry_no_{deed} BEFORE {deed} ON cases_caseentry "
    "BEGIN SELECT RAISE(ABORT, 'entries of cases are kept'); END"
    for deed in ("UPDATE", "DELETE")
]
SQLITE_BACK = [f"DROP TRIGGER cases_entry_no_{deed}" for deed in ("UPDATE", "DELETE")]


def _run(schema_editor, postgresql, sqlite):
    for statement in [postgresql] if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def keep(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def let_go(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
