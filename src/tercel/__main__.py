"""``python -m tercel``: the same as the command ``tercel``."""

from tercel.main import main

if __name__ == "__main__":
    main()
