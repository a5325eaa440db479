//! People as bytes, for images of directories. General encodings spell dates out as text; reading a million people
//! back is most of a start, so here each value takes its few bytes and is read by hand.
//!
//! Structures are taken apart by naming all their fields: a field that is added to the domain does not compile until
//! it is written and read here. Whoever changes this raises [`super::FORMAT`].

use folkmoot_core::{
    Currency, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, Dated, DepartmentId, EmployeeClassId,
    EmploymentStatus, Fixed, Gender, Group, JobData, JobId, KeyHash, LeaveTypeId, LeaveUsage, LocationId,
    Pay, PayBasis, Person, PersonalData, PictureKind, PictureName, Record, Sealed, Text, User, UserId,
    WorkHours,
};
use jiff::Timestamp;
use jiff::civil::Date;

/// Something is not what was written.
#[derive(Debug)]
pub(super) struct Malformed;

type Read<T> = Result<T, Malformed>;

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

fn write_all<T: Code>(values: &[T], to: &mut Writer) {
    to.put_length(values.len() as u64);
    for value in values {
        to.put(value);
    }
}

fn read_all<T: Code>(from: &mut Reader<'_>) -> Read<Vec<T>> {
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

impl Code for Sealed {
    fn write(&self, to: &mut Writer) {
        to.put_bytes(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Sealed(from.take_bytes()?.into()))
    }
}

impl Code for KeyHash {
    fn write(&self, to: &mut Writer) {
        to.0.extend_from_slice(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.take_array().map(KeyHash)
    }
}

impl Code for PictureName {
    fn write(&self, to: &mut Writer) {
        to.0.extend_from_slice(&self.digest);
        to.put(&matches!(self.kind, PictureKind::Png));
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let digest = from.take_array()?;
        Ok(PictureName { digest, kind: if from.take()? { PictureKind::Png } else { PictureKind::Jpeg } })
    }
}

impl Code for Timestamp {
    fn write(&self, to: &mut Writer) {
        to.0.extend_from_slice(&self.as_microsecond().to_le_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let micros = i64::from_le_bytes(from.take_array()?);
        Timestamp::from_microsecond(micros).map_err(|_| Malformed)
    }
}

impl Code for Date {
    fn write(&self, to: &mut Writer) {
        let [low, high] = self.year().to_le_bytes();
        to.0.extend_from_slice(&[low, high, self.month().cast_unsigned(), self.day().cast_unsigned()]);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let [low, high, month, day] = from.take_array()?;
        let year = i16::from_le_bytes([low, high]);
        Date::new(year, month.cast_signed(), day.cast_signed()).map_err(|_| Malformed)
    }
}

impl Code for Currency {
    fn write(&self, to: &mut Writer) {
        to.put_bytes(self.as_str().as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        std::str::from_utf8(from.take_bytes()?).ok().and_then(|code| code.parse().ok()).ok_or(Malformed)
    }
}

impl Code for Fixed {
    fn write(&self, to: &mut Writer) {
        to.put(&self.ten_thousandths());
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.take().map(Fixed::from_ten_thousandths)
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

/// Values that are a number in the store.
macro_rules! numbered {
    ($($name:ident),*) => {$(
        impl Code for $name {
            fn write(&self, to: &mut Writer) {
                to.put(&self.number());
            }

            fn read(from: &mut Reader<'_>) -> Read<Self> {
                $name::from_number(from.take()?).ok_or(Malformed)
            }
        }
    )*};
}
numbered!(EmploymentStatus, Gender, Group, PayBasis);

/// Identifiers.
macro_rules! identifiers {
    ($($name:ident),*) => {$(
        impl Code for $name {
            fn write(&self, to: &mut Writer) {
                to.put(&self.0);
            }

            fn read(from: &mut Reader<'_>) -> Read<Self> {
                from.take().map($name)
            }
        }
    )*};
}
identifiers!(
    UserId,
    JobId,
    DepartmentId,
    LocationId,
    EmployeeClassId,
    CustomFieldId,
    CustomFieldRecordId,
    LeaveTypeId
);

/// Structures, field by field in this order.
macro_rules! structures {
    ($($name:ty => $pattern:ident { $($field:ident),* $(,)? })*) => {$(
        impl Code for $name {
            fn write(&self, to: &mut Writer) {
                let $pattern { $($field),* } = self;
                $(to.put($field);)*
            }

            fn read(from: &mut Reader<'_>) -> Read<Self> {
                $(let $field = from.take()?;)*
                Ok($pattern { $($field),* })
            }
        }
    )*};
}

structures! {
    Pay => Pay { basis, rate, currency }
    CustomFieldRecord => CustomFieldRecord { id, field, content }
    LeaveUsage => LeaveUsage { leave_type, days_used, days_remaining }
    WorkHours => WorkHours { a_day, a_week }
    Person => Person { user, employee, assignment, work_hours, custom_field_records, leave_usages }
    User => User {
        id, username, email, twitter_username, linkedin_url, blog_url, nickname, group, picture, badge_count,
        password_hash, api_key_hash, api_key, created, modified,
    }
    PersonalData => PersonalData {
        first_name, middle_name, last_name, phone, address1, address2, city, state, country, postal, birthdate,
        gender, government_id, emergency_name, emergency_number,
    }
    JobData => JobData {
        job, department, manager, location, employee_class, status, pay, full_time, phone, ext, employee_num,
        date_hired, date_terminated,
    }
}

impl<T: Code> Code for Record<T> {
    fn write(&self, to: &mut Writer) {
        let Record { id, effective_date, created, modified, data } = self;
        to.put(id);
        to.put(effective_date);
        to.put(created);
        to.put(modified);
        to.put(data);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let (id, effective_date, created, modified) =
            (from.take()?, from.take()?, from.take()?, from.take()?);
        Ok(Record { id, effective_date, created, modified, data: from.take()? })
    }
}

impl<T: Code> Code for Dated<T> {
    fn write(&self, to: &mut Writer) {
        write_all(self.records(), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let records = read_all(from)?;
        Ok(Dated::new(records, from.as_of))
    }
}
