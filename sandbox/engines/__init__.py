"""Translation services to be played on the loopback interface, in the wire formats of the real ones."""
