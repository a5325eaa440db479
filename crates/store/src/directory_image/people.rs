//! The domain's values as bytes.
//!
//! Structures are taken apart by naming all their fields: a field that is added to the domain does not compile until
//! it is written and read here. Whoever changes this raises [`super::FORMAT`].

use folkmoot_core::{
    Currency, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, Dated, DepartmentId, EmployeeClassId,
    EmploymentStatus, Fixed, Gender, Group, JobData, JobId, KeyHash, LeaveTypeId, LeaveUsage, LocationId,
    Pay, PayBasis, Person, PersonalData, PictureKind, PictureName, Record, Sealed, User, UserId, WorkHours,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::code::{Code, Malformed, Read, Reader, Writer, read_all, write_all};

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
        password_hash, api_key_hash, api_key, accepted_invite, created, modified,
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
