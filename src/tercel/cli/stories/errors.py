"""What keeps a story from being told."""

from __future__ import annotations


class StoryError(Exception):
    """The server refused what the story takes for granted, or cannot be reached."""
