"""Connections and the ASGI application around the kernel: bytes in and out, pressure, stopping, health."""
