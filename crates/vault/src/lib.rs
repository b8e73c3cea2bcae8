//! People's records: sealed, found by blind index, revealed, corrected, erased.
