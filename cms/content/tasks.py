"""Background work of this app."""

from django_tasks import task

from . import documents


@task()
def extract_document(document_id: int) -> None:
    """Read the text of a large document."""
    documents.extract(document_id)
