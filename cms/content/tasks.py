"""Background work of this app."""

from cms.jobs import job

from . import documents


@job()
def extract_document(document_id: int) -> None:
    """Read the text of a large document."""
    documents.extract(document_id)
