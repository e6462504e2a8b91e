"""Filling in: from the page of a form to what is sent."""
