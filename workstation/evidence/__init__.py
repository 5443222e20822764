"""Floor evidence: evidence packages: sealing, signing, verifying, reports."""
