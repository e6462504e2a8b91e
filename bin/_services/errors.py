"""What can go wrong, told to a person."""


class Unavailable(Exception):
    """A service cannot be had; the message says why and names the cure."""


class NotAnswering(Exception):
    """Nothing, or something else, answers at an address."""
