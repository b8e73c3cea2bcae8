//! Pages and API for the office, and the public site.
