"""Bodies and queries into structs; every violation becomes a problem with a pointer."""
