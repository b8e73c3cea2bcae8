//! Locks: keys, sealed values bound to their place, blind indexes, shredding.
