"""A session request: what it asks for, put onto what is stored."""
