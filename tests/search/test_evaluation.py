"""``manage.py search_eval`` measures, leaves nothing behind, and fails when the search got worse."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.models import SearchEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [
        {"_id": "a", "title": "Hundesteuer", "text": "Für Hunde zahlen Sie Steuer.", "city": "x"},
        {"_id": "b", "title": "Personalausweis", "text": "Ausweis beantragen.", "city": "x"},
        {"_id": "c", "title": "Hundesteuer", "text": "In einer anderen Stadt.", "city": "y"},
    ]
    queries = [
        {"_id": "1", "text": "Hundesteuer", "city": "x", "class": "z"},
        {"_id": "2", "text": "Zahnarzt", "city": "x"},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in corpus))
    (tmp_path / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n")
    return tmp_path


def test_figures_are_right_and_the_corpus_is_gone(folder: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("search_eval", str(folder), "--json", str(tmp_path / "f.json"), stdout=out)
    figures = json.loads((tmp_path / "f.json").read_text())[folder.name]
    assert figures == {"ndcg": 0.5, "mrr": 0.5, "recall": 0.5, "zero": 0.5}
    assert "mrr 0.500" in out.getvalue()
    assert not SearchEntry.objects.exists()


def test_worse_than_the_baseline_is_an_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps({folder.name: {"ndcg": 0.5, "mrr": 0.9, "recall": 0.5}}))
    with pytest.raises(CommandError, match="mrr: 0.500 instead of 0.900"):
        call_command("search_eval", str(folder), "--baseline", str(tmp_path / "b.json"), stdout=StringIO())


def test_a_folder_without_queries_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no BEIR folder|not a BEIR folder"):
        call_command("search_eval", str(tmp_path), stdout=StringIO())
