#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daicho_fuzz::connect::connect_table(data));
