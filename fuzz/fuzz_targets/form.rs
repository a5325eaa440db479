//! No body makes the form parser panic, and a form that is read says the same when its texts are sent again.
#![no_main]

use folkmoot_wire::form::{Form, Limits, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    match Form::parse(body, &limits) {
        Ok(form) => {
            let pairs: Vec<_> =
                form.leaves().map(|leaf| (leaf.key.to_string(), leaf.text.to_string())).collect();
            assert_eq!(
                Form::parse(encode(form.leaves().map(|leaf| (&leaf.key, &leaf.text))).as_bytes(), &limits)
                    .as_ref(),
                Ok(&form)
            );
            assert_eq!(Form::from_pairs(pairs, &limits), Ok(form));
        }
        Err(fault) => assert!(fault.to_string().len() < 1000),
    }
});
