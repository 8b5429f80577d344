"""The database: engine, models, unit of work and migrations."""
