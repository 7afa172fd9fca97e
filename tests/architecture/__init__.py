"""Tests of the code itself: sizes, habits, what may be where."""
