"""Background work of the search."""

from cms.jobs import job

from . import indexing


@job(atomic=False)
def project_all() -> None:
    """Build everything that is pending, in portions, then try once more what failed before."""
    while indexing.project_pending(500, include_failed=False):
        pass
    indexing.project_pending(500, include_failed=True)
