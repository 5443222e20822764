"""The mapping wizard: columns of a table that no reader knows get their meaning from the user."""
