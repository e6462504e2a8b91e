"""A front end of its own: pages of the city made from its API alone, with the standard library."""
