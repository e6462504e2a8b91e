"""What searches teach: a log without personal data, reports, to-dos, judged queries, the effect of a change."""
