//! What evidence is: names, entries, the tree, proofs, verification.
