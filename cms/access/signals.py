"""Signals of the access rules, sent inside the changing transaction."""

from django.dispatch import Signal

#: ``paths``: list of materialised tree paths below (and at) which the rules of pages may have changed.
page_rules_changed = Signal()
#: ``collection_ids``: ids of collections whose rule changed.
collection_rules_changed = Signal()
