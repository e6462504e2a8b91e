from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Bases of records: one row whatever the language, texts as child rows."""

    name = "cms.records"
    label = "records"
