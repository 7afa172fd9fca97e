"""The processes behind ``tercel serve``: their address, their supervisor, their signs of life and their end."""
