"""Who answers persons who ask about their data, everywhere in the city (Art. 37 DSGVO)."""

DATA_PROTECTION_GROUP = "data protection"
ROLES = {DATA_PROTECTION_GROUP: ["wagtailadmin.access_admin", "privacy.answer_requests"]}
