"""The catalogue of functions: signatures, and what each function declares."""
