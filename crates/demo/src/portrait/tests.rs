//! What holds for all portraits.

use std::collections::BTreeSet;

use folkmoot_core::UserId;

use super::{SIZE, portrait, sitter};

#[test]
fn portraits_are_jpegs_of_the_right_size_and_no_two_are_alike() {
    let mut seen = BTreeSet::new();
    for id in 1..=60 {
        let Some(jpeg) = portrait(5, UserId(id)) else { continue };
        assert!((5 * 1024..60 * 1024).contains(&jpeg.len()), "{} bytes", jpeg.len());
        let format = image::guess_format(&jpeg).unwrap();
        assert_eq!(format, image::ImageFormat::Jpeg);
        let picture = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((picture.width() as usize, picture.height() as usize), (SIZE, SIZE));
        assert!(seen.insert(jpeg));
    }
    assert!(seen.len() > 40);
}

#[test]
fn the_same_person_always_looks_the_same() {
    assert_eq!(portrait(1, UserId(1)), portrait(1, UserId(1)));
    assert!(portrait(1, UserId(1)).is_some(), "the administrator has a picture");
    assert_ne!(portrait(1, UserId(1)), portrait(2, UserId(1)));
    assert_eq!(portrait(1, UserId(-1)), None);
}

#[test]
fn most_people_have_a_portrait() {
    let with = (1..=2000).filter(|&number| sitter(1, number).is_some()).count();
    assert!((1640..1760).contains(&with), "{with}");
}
