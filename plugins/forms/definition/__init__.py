"""What a form is, without the database: structure (JSON), types of fields, logic."""
