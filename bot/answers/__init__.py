"""Answers to guideline questions: search, bands, extracts; nothing here says what a guideline does not say."""
