"""The same program for each of the three providers; each is run as a project's ``__main__``."""
