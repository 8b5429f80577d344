import os

# Tests run side by side. Libraries that spread one computation over all processors would wait for each other, and
# so would the bots started here. Said before anything imports numpy.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
