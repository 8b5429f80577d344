"""Pure views: a reader and facts in, a message, a modal or a Home tab out."""
