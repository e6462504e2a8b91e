"""Requests of persons about their data (German: Auskunft und Löschung, Art. 15 and 17 DSGVO), also without an account."""
