"""Everything the bot hears from Slack, one file per feature."""
