"""``manage.py search_eval`` measures right, leaves nothing behind, and fails when the search got worse."""

from __future__ import annotations

import json
from io import StringIO
from math import log2
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search.judgements import Figures, figures_of, mean
from search.management.commands import search_eval
from search.models import SearchEntry, Synonym


@pytest.mark.parametrize(
    ("found", "relevant", "total", "expected"),
    [
        (["a"], {"a": 1}, 1, Figures(1.0, 1.0, 1.0, 0.0)),
        (["x", "a"], {"a": 1}, 2, Figures(1 / log2(3), 0.5, 1.0, 0.0)),
        ([], {"a": 1}, 0, Figures(0.0, 0.0, 0.0, 1.0)),
        # Graded: (1/log2(2) + 3/log2(4)) / (3/log2(2) + 1/log2(3)); the third relevant one is graded 0.
        (["b", "x", "a"], {"a": 3, "b": 1, "c": 0}, 3, Figures(2.5 / (3 + 1 / log2(3)), 1.0, 1.0, 0.0)),
        # The eleventh place is not looked at; found, so not "zero".
        ([*"0123456789", "a"], {"a": 1}, 11, Figures(0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_figures_are_those_computed_by_hand(
    found: list[str], relevant: dict[str, int], total: int, expected: Figures
) -> None:
    measured = figures_of(found, relevant, total)
    assert [round(getattr(measured, name), 12) for name in Figures.__dataclass_fields__] == [
        round(getattr(expected, name), 12) for name in Figures.__dataclass_fields__
    ]


def test_more_relevant_than_ten_can_still_be_answered_perfectly() -> None:
    many = {str(number): 1 for number in range(20)}
    measured = figures_of([str(number) for number in range(10)], many, 20)
    assert (round(measured.ndcg, 12), measured.recall) == (1.0, 0.5)


def test_the_mean_is_over_queries() -> None:
    assert mean([Figures(1, 1, 1, 0), Figures(0, 0, 0.5, 1)]) == Figures(0.5, 0.5, 0.75, 0.5)


CORPUS = [
    {"_id": "a", "title": "Hundesteuer", "text": "Für Hunde zahlen Sie Steuer.", "city": "x"},
    {"_id": "b", "title": "Personalausweis", "text": "Ausweis beantragen.", "city": "x"},
    {"_id": "c", "title": "Hundesteuer", "text": "In einer anderen Stadt.", "city": "y"},
]
QUERIES = [
    {"_id": "1", "text": "Hundesteuer", "city": "x", "class": "z"},
    {"_id": "2", "text": "Zahnarzt", "city": "x"},
]


def write(folder: Path, **files: Any) -> Path:
    """Write a BEIR folder; ``qrels`` as text, the others as rows."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("corpus", files.get("corpus", CORPUS)), ("queries", files.get("queries", QUERIES))):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (folder / "qrels.tsv").write_text(files.get("qrels", "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n"))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "judged-set")


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("search_eval", *map(str, arguments), stdout=out)
    return out.getvalue()


pytestmark = pytest.mark.django_db


def test_the_corpus_and_the_synonyms_are_gone_afterwards(folder: Path, tmp_path: Path) -> None:
    printed = run(folder, "--json", tmp_path / "f.json")
    figures = json.loads((tmp_path / "f.json").read_text())[folder.name]
    assert figures == {"ndcg": 0.5, "mrr": 0.5, "recall": 0.5, "zero": 0.5}
    assert "mrr 0.500" in printed
    assert not SearchEntry.objects.exists()
    assert not Synonym.objects.exists()


def test_a_field_that_corpus_and_queries_share_filters_whatever_its_name(tmp_path: Path) -> None:
    corpus = [{**row, "land": "1"} for row in CORPUS] + [
        {"_id": "d", "title": "Hundesteuer", "text": "", "city": "x", "land": "2"}
    ]
    queries = [{"_id": "1", "text": "Hundesteuer", "city": "x", "land": "2"}]
    printed = run(write(tmp_path / "two", corpus=corpus, queries=queries, qrels="1\td\t1\n"))
    assert "mrr 1.000" in printed


def test_qrels_need_no_heading_and_grades_count(tmp_path: Path) -> None:
    qrels = "1\ta\t1\n1\tc\t3\n"
    queries = [{"_id": "1", "text": "Hundesteuer"}]
    assert "recall 1.000" in run(write(tmp_path / "graded", queries=queries, qrels=qrels))


def test_the_worst_queries_are_named(folder: Path) -> None:
    assert "0.000 “Zahnarzt” wants b; found nothing" in run(folder, "--worst", "1")
    assert "Hundesteuer" not in run(folder, "--worst", "1")


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"mrr": 0.9}, "mrr: 0.500 instead of 0.900"),
        ({"zero": 0.1}, "zero: 0.500 instead of 0.100"),
    ],
)
def test_worse_than_the_baseline_is_an_error(
    folder: Path, tmp_path: Path, figures: dict[str, float], message: str
) -> None:
    (tmp_path / "b.json").write_text(json.dumps({"database": {folder.name: figures}}))
    with pytest.raises(CommandError, match=message):
        run(folder, "--baseline", tmp_path / "b.json")


def test_as_good_or_better_or_another_engine_is_none(folder: Path, tmp_path: Path) -> None:
    known = {"database": {folder.name: {"ndcg": 0.5, "mrr": 0.3, "recall": 0.5, "zero": 0.9}}}
    known["elasticsearch"] = {folder.name: {"mrr": 1.0}}
    (tmp_path / "b.json").write_text(json.dumps(known))
    assert run(folder, "--baseline", tmp_path / "b.json")


def test_the_baseline_is_used_and_updated_without_being_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "baseline.json"
    monkeypatch.setattr(search_eval, "BASELINE", file)
    run(folder)  # there is none yet
    file.parent.mkdir()
    file.write_text('{"elasticsearch": {"other": {"mrr": 0.4}}}')
    run(folder, "--update-baseline")
    known = json.loads(file.read_text())
    assert known["elasticsearch"] == {"other": {"mrr": 0.4}}
    assert known["database"][folder.name]["mrr"] == 0.5
    known["database"][folder.name]["recall"] = 1.0
    file.write_text(json.dumps(known))
    with pytest.raises(CommandError, match=r"recall: 0\.500 instead of 1\.000"):
        run(folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", None, r"corpus\.jsonl: No such file.*A BEIR folder has corpus\.jsonl"),
        ("queries.jsonl", '{"_id": "1", "text": "a"}\n{"_id":', r"queries\.jsonl, line 2: is not JSON"),
        ("queries.jsonl", "[1]\n", r"queries\.jsonl, line 1: is no JSON object"),
        ("corpus.jsonl", '{"title": "a"}', r"corpus\.jsonl, line 1: needs “_id”"),
        ("corpus.jsonl", "", r"corpus\.jsonl: is empty"),
        ("corpus.jsonl", b"\xff\xfe\xfa", r"corpus\.jsonl: is not UTF-8"),
        ("qrels.tsv", "1\ta\t1\n1\ta\n", r"qrels\.tsv, line 2: has 2 columns"),
        ("qrels.tsv", "1\ta\t1\n1\ta\tgut\n", r"qrels\.tsv, line 2: the grade “gut”"),
        ("qrels.tsv", "1\ta\t0\n", r"qrels\.tsv: says of no query what is relevant"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(folder: Path, name: str, content: Any, message: str) -> None:
    if content is None:
        (folder / name).unlink()
    elif isinstance(content, bytes):
        (folder / name).write_bytes(content)
    else:
        (folder / name).write_text(content)
    with pytest.raises(CommandError, match=message):
        run(folder)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "No such file"), ("{", "is no baseline"), ("[1]", "is no baseline")]
)
def test_a_wrong_baseline_is_named(folder: Path, tmp_path: Path, content: str | None, message: str) -> None:
    file = tmp_path / "b.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CommandError, match=message):
        run(folder, "--baseline", file)


def test_two_sets_of_one_name_are_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="Two folders"):
        run(folder, folder)
