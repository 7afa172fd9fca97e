"""The HTTP door: wire structs, handlers, authentication, errors."""
