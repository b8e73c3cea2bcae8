//! What we promise: promises, purposes, categories, deadlines, languages; judges, and writes the notice.
