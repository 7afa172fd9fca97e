"""Keys of programs: integration keys belong to one application, management keys to an account.

A key is 64 hexadecimal characters from the system's random source. It is shown once; only its SHA-256 is kept.
"""
