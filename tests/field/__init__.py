"""What others found when they used, attacked, measured and read Tercel, and the tests that hold what was mended."""
