"""Words of the interface: catalogs, Korean particles, and the way numbers and times are written."""
