"""How many nonsense queries the demo city answers with something, on both engines. Run by bench_search."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import django

django.setup()

from cms.operations.demo import load_demo
from search.elastic.mapping import aside
from search.elastic.rebuild import drop_all, rebuild_index
from search.indexing import rebuild
from search.queries import SearchQuery, search


def main() -> None:
    """Print a JSON object: engine -> number of queries with results."""
    queries = [line for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if line]
    load_demo(lambda line: None)
    rebuild()
    with aside(f"bench-{secrets.token_hex(4)}"):
        rebuild_index()
        try:
            found = {
                engine: sum(search(SearchQuery(text=text), reader=None, engine=engine).total > 0 for text in queries)
                for engine in ("elasticsearch", "database")
            }
        finally:
            drop_all()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
