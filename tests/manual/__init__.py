"""The pictures of the manual, drawn from the demo cases by the program itself."""
