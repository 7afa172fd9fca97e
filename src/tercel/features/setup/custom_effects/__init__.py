"""Custom effects: effects that an account defines, with a payload of its own."""
