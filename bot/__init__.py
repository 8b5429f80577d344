"""Gagyo: crew coordination for AI-training data projects, between Korean freelancers and foreign project managers."""
