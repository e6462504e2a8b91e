"""FIT-Connect: applications from the services of Land and federation come in, ours go to other authorities.

Spoken is the Submission API v1 with metadata 1.0 and the Routing API v1 (docs/fit-connect.md). The PyPI client
``fitconnect`` is not used: its last release (0.4.2) is of May 2022, it refuses the production environment, knows
neither event log nor acknowledgement, looks at neither most statuses nor the certificates of keys, gives all
attachments of a submission one number, has no time limits, and its debug log names secret and content. What is behind it is: jwcrypto
(JWE, JWS, JWT) and jsonschema.
"""
