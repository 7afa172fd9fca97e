"""The functions of the language, one file per family."""
