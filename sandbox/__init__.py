"""A local, strict, throw-away Slack for tests, benches, the story and for trying the bot by hand."""
