"""`python -m bot …`: everything an operator does from a shell."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="python -m bot")
