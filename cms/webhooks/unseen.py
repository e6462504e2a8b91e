"""Tables that no public page shows."""

UNSEEN = ["webhooks"]
