"""The prover of forms: how fast, and how much of what was planted it finds."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figure import Figure


def figures() -> Iterator[Figure]:
    """Prove the planted and the sound forms of forms_defects.py, and the large one three times."""
    from benchmarks.forms_defects import planted
    from benchmarks.forms_sound import large, sound
    from plugins.forms.prover import NOTE, prove

    found, alarms = 0, 0
    cases = planted()
    for case in cases:
        findings = prove(case.definition, **case.given)
        found += any((finding.rule, finding.path) == case.expected for finding in findings)
        if not any((finding.rule, finding.path) == case.expected for finding in findings):
            print(f"forms.prover.missed {case.name}: {[(finding.rule, finding.path) for finding in findings]}")
        for finding in findings:
            if finding.severity != NOTE and finding.rule not in {case.expected[0], *case.also}:
                alarms += 1
                print(f"forms.prover.alarm {case.name}: {finding.rule} {finding.path}")
    for name, definition in sound():
        for finding in prove(definition):
            if finding.severity != NOTE:
                alarms += 1
                print(f"forms.prover.alarm {name}: {finding.rule} {finding.path} {finding.message}")
    definition, times = large(), []
    for _time in range(3):
        start = time.perf_counter()
        prove(definition)
        times.append(time.perf_counter() - start)
    print(f"forms.prover.planted {len(cases)} forms, sound {len(sound())}")
    yield Figure("forms.prover.seconds", sorted(times)[1], 2, "<=")
    yield Figure("forms.prover.found", found / len(cases), 1)
    yield Figure("forms.prover.false_alarms", alarms, 0, "<=")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django

    django.setup()
    for figure in figures():
        print(figure)
