//! One store on SQLite or PostgreSQL; commits only with an entry.
