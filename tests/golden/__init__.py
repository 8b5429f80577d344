"""What every view looks like, per language, as JSON files, and the facts they are drawn from."""
