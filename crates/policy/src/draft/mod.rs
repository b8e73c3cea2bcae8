//! Turns an existing policy text into a policy folder.
