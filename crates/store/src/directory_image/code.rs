//! People as bytes, for images of directories. General encodings spell dates out as text; reading a million people
//! back is most of a start, so here each value takes its few bytes and is read by hand.

use folkmoot_core::Text;
use jiff::civil::Date;

/// Something is not what was written.
#[derive(Debug)]
pub(super) struct Malformed;

pub(super) type Read<T> = Result<T, Malformed>;

/// Appends values to bytes.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

/// Takes values from bytes.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    /// The day on which what has been superseded is left out.
    pub(super) as_of: Date,
}

/// A value with a form in bytes.
pub(super) trait Code: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Read<Self>;
}

impl Writer {
    pub(super) fn put<T: Code>(&mut self, value: &T) {
        value.write(self);
    }

    pub(super) fn put_length(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn put_bytes(&mut self, bytes: &[u8]) {
        self.put_length(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }
}

impl<'a> Reader<'a> {
    pub(super) fn take<T: Code>(&mut self) -> Read<T> {
        T::read(self)
    }

    pub(super) fn take_array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(*head)
    }

    fn take_byte(&mut self) -> Read<u8> {
        let (&byte, rest) = self.bytes.split_first().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(byte)
    }

    pub(super) fn take_length(&mut self) -> Read<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take_byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    pub(super) fn take_bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.take_length()? as usize;
        let (head, rest) = self.bytes.split_at_checked(length).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(head)
    }
}

impl Code for i64 {
    fn write(&self, to: &mut Writer) {
        // Small numbers of either sign are short.
        to.put_length((self << 1 ^ self >> 63).cast_unsigned());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let value = from.take_length()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }
}

impl Code for bool {
    fn write(&self, to: &mut Writer) {
        to.0.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        match from.take_byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }
}

impl<T: Code> Code for Option<T> {
    fn write(&self, to: &mut Writer) {
        to.put(&self.is_some());
        if let Some(value) = self {
            to.put(value);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(if from.take()? { Some(from.take()?) } else { None })
    }
}

impl<T: Code> Code for Box<[T]> {
    fn write(&self, to: &mut Writer) {
        write_all(self, to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        read_all(from).map(Vec::into_boxed_slice)
    }
}

pub(super) fn write_all<T: Code>(values: &[T], to: &mut Writer) {
    to.put_length(values.len() as u64);
    for value in values {
        to.put(value);
    }
}

pub(super) fn read_all<T: Code>(from: &mut Reader<'_>) -> Read<Vec<T>> {
    let length = from.take_length()?;
    // Each value takes a byte at least: what is malformed does not make this allocate without bound.
    if length > from.bytes.len() as u64 {
        return Err(Malformed);
    }
    (0..length).map(|_| from.take()).collect()
}

impl Code for Text {
    fn write(&self, to: &mut Writer) {
        to.put_bytes(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        std::str::from_utf8(from.take_bytes()?).map(Text::from).map_err(|_| Malformed)
    }
}

impl Code for Box<str> {
    fn write(&self, to: &mut Writer) {
        to.put_bytes(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        std::str::from_utf8(from.take_bytes()?).map(Box::from).map_err(|_| Malformed)
    }
}

impl Code for u32 {
    fn write(&self, to: &mut Writer) {
        to.put_length(u64::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.take_length()?.try_into().map_err(|_| Malformed)
    }
}
