"""Commands: everything a user can do to a case, one plain function each."""
