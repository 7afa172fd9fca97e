"""Tercel as it is installed: the wheel, the image, the unit."""
