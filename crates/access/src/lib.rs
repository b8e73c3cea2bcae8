//! Who is at the desk, on which work record, and may they. Makes Permit.
