#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daicho_fuzz::policy::policy_canonical(data));
