"""The report builder: what the report shows, in which order, and how it will look."""
