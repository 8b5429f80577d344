"""Speaking Slack: facts in, Block Kit out, and the one place that calls Slack's Web API."""
