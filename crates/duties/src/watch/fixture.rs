//! Test fixture.
