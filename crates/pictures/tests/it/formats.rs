use folkmoot_pictures::{Kind, SourceKind, sniff};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgba, RgbaImage};
use jpeg_encoder::ColorType;

use crate::make::{
    QUARTERS, assert_colours, clean, colours, jpeg_of, png, png_chunk, quarters, tiny_webps, write,
};

const GREYS: [[u8; 3]; 4] = [[20; 3], [90; 3], [160; 3], [240; 3]];

fn translucent(width: u32, height: u32) -> RgbaImage {
    let mut picture = DynamicImage::from(quarters(width, height)).into_rgba8();
    for (x, _, pixel) in picture.enumerate_pixels_mut() {
        pixel.0[3] = if 2 * x >= width { 0 } else { 255 };
    }
    picture
}

fn greys(width: u32, height: u32) -> Vec<u8> {
    let quarter = |x, y| usize::from(2 * x >= width) + 2 * usize::from(2 * y >= height);
    (0..height).flat_map(|y| (0..width).map(move |x| GREYS[quarter(x, y)][0])).collect()
}

#[test]
fn opaque_pictures_become_jpeg() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = clean(&write(quarters(64, 48), format)).unwrap();
        assert_eq!((picture.kind, picture.width, picture.height), (Kind::Jpeg, 64, 48), "{format:?}");
        assert_eq!(sniff(&picture.bytes), Some(SourceKind::Jpeg));
        assert_colours(&picture.bytes, QUARTERS, 8);
    }
}

#[test]
fn transparency_is_kept_where_there_is_some() {
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = clean(&write(translucent(64, 48), format)).unwrap();
        assert_eq!(picture.kind, Kind::Png, "{format:?}");
        assert_eq!(colours(&picture.bytes).map(|colour| colour[3]), [255, 0, 255, 0]);

        let opaque = DynamicImage::from(quarters(2000, 1500)).into_rgba8();
        assert_eq!(clean(&write(opaque, format)).unwrap().kind, Kind::Jpeg, "{format:?}");
    }
}

#[test]
fn transparent_pixels_do_not_tint_their_neighbours() {
    // Red, beside transparent green.
    let picture = RgbaImage::from_fn(2000, 100, |x, _| {
        if x % 20 < 10 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) }
    });
    let result = clean(&write(picture, ImageFormat::Png)).unwrap();
    for pixel in image::load_from_memory(&result.bytes).unwrap().into_rgba8().pixels() {
        assert!(pixel.0[3] < 16 || (pixel.0[0] > 240 && pixel.0[1] < 16), "{pixel:?}");
    }
}

#[test]
fn jpeg_colour_types() {
    let size = (64, 48);
    let rgb = quarters(64, 48);
    let inks: Vec<u8> = rgb.pixels().flat_map(|p| [255 - p.0[0], 255 - p.0[1], 255 - p.0[2], 0]).collect();
    for progressive in [false, true] {
        for (raw, colour, expected) in [
            (rgb.as_raw(), ColorType::Rgb, QUARTERS),
            (&inks, ColorType::Cmyk, QUARTERS),
            (&inks, ColorType::CmykAsYcck, QUARTERS),
            (&greys(64, 48), ColorType::Luma, GREYS),
        ] {
            let picture = clean(&jpeg_of(raw, size, colour, progressive)).unwrap();
            assert_eq!(picture.kind, Kind::Jpeg);
            assert_colours(&picture.bytes, expected, 12);
        }
    }
}

#[test]
fn png_colour_types() {
    let rgb = DynamicImage::from(quarters(40, 30));
    for picture in [
        DynamicImage::from(rgb.to_rgba8()),
        DynamicImage::from(rgb.to_rgb16()),
        DynamicImage::from(rgb.to_rgba16()),
    ] {
        assert_colours(&clean(&write(picture, ImageFormat::Png)).unwrap().bytes, QUARTERS, 8);
    }
    let grey = image::GrayImage::from_raw(40, 30, greys(40, 30)).unwrap();
    let grey = DynamicImage::from(grey);
    for picture in [
        grey.clone(),
        DynamicImage::from(grey.to_luma16()),
        DynamicImage::from(grey.to_luma_alpha8()),
        DynamicImage::from(grey.to_luma_alpha16()),
    ] {
        assert_colours(&clean(&write(picture, ImageFormat::Png)).unwrap().bytes, GREYS, 8);
    }
}

#[test]
fn png_palettes_and_single_bits() {
    // Two by two pixels: two bits each, an index into the palette.
    let palette = png_chunk(b"PLTE", &QUARTERS.concat());
    let rows = [0, 0b0001_0000, 0, 0b1011_0000];
    let opaque = clean(&png(2, 2, [2, 3], std::slice::from_ref(&palette), &rows)).unwrap();
    assert_eq!((opaque.kind, opaque.width, opaque.height), (Kind::Jpeg, 2, 2));

    let transparency = png_chunk(b"tRNS", &[255, 128]);
    let picture = clean(&png(2, 2, [2, 3], &[palette, transparency], &rows)).unwrap();
    assert_eq!(picture.kind, Kind::Png);
    let [[r, g, b], ..] = QUARTERS;
    assert_eq!(colours(&picture.bytes)[0], [r, g, b, 255]);
    assert_eq!(colours(&picture.bytes)[1][3], 128);

    // One bit each, black and white.
    let single = clean(&png(2, 2, [1, 0], &[], &[0, 0b0100_0000, 0, 0b1000_0000])).unwrap();
    let picture = image::load_from_memory(&single.bytes).unwrap().into_luma8();
    assert!(picture.get_pixel(0, 0).0[0] < 16 && picture.get_pixel(1, 0).0[0] > 240);
}

#[test]
fn of_an_animation_the_first_frame_is_kept() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for colour in [[220, 30, 30, 255], [30, 200, 30, 255]] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(16, 16, Rgba(colour)))).unwrap();
    }
    drop(encoder);
    assert_colours(&clean(&bytes).unwrap().bytes, [QUARTERS[0]; 4], 8);
}

#[test]
fn lossy_translucent_and_animated_webp() {
    for (bytes, kind) in tiny_webps().iter().zip([Kind::Jpeg, Kind::Png, Kind::Png]) {
        let picture = clean(bytes).unwrap();
        assert_eq!((picture.kind, picture.width, picture.height), (kind, 1, 1));
    }
}
