"""Examples of what can be built on the API; nothing here is part of the product."""
