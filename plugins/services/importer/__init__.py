"""Import of a city's service catalogue: ``parse`` reads and checks, ``apply`` writes, ``report`` tells."""
