"""Forms from and to other places: as JSON between installations, from FIM data fields."""
