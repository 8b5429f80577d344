"""Reading the state of the work: sessions in, frozen rows out, nothing written."""
