"""The table in docs/security.md is complete, and what it names exists."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
STANDARD = ROOT.parent / "shared" / "standards" / "asvs" / "asvs-5.0.0.flat.json"


def test_each_requirement_stands_once_with_a_state() -> None:
    assert len(ROWS) == len({row[0] for row in ROWS}) == 253  # levels 1 and 2 of ASVS 5.0.0
    assert {state for _id, _level, state, _why in ROWS} == {"met", "not applicable", "open"}
    assert len([line for line in TEXT.splitlines() if re.match(r"\| \d", line)]) == len(ROWS)


def test_the_requirements_are_those_of_the_standard() -> None:
    if not STANDARD.exists():
        pytest.skip(f"the standard is not at {STANDARD}")
    listed = json.loads(STANDARD.read_text(encoding="utf-8"))["requirements"]
    assert [row[0] for row in ROWS] == [row["req_id"].removeprefix("V") for row in listed if str(row["L"]) in "12"]


def test_what_is_met_names_tests_or_sections_that_exist() -> None:
    for number, _level, state, why in ROWS:
        tests = re.findall(r"`([\w/.]+)::(\w+)`", why)
        sections = re.findall(r"section “([^”]+)” below", why)
        if state == "met":
            assert tests or sections, number
        for file, function in tests:
            assert f"def {function}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{number}: {function}"
        for section in sections:
            assert f"\n## {section}\n" in TEXT, f"{number}: {section}"


def test_the_counts_above_are_those_of_the_table() -> None:
    found = Counter(row[2] for row in ROWS)
    words = f"{found['met']} met, {found['not applicable']} not applicable, {found['open']} open"
    assert words in TEXT
