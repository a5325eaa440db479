//! How much memory values take, so that what is held can be kept within a bound.
//!
//! Counted are allocations as the usual allocators make them, in steps of sixteen bytes; what is shared is counted
//! where it is owned. Values are taken apart completely: a new field does not compile until somebody has said what it
//! takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Account, Badge, CompanyValue, CustomField, CustomFieldRecord, Dated, Department, EmployeeClass,
    EventType, Job, JobData, LeaveType, LeaveUsage, Location, Org, Person, PersonalData, Record, Sealed,
    Text, User, WorkHours,
};

/// What an allocation of `bytes` takes.
pub(crate) const fn allocation(bytes: usize) -> usize {
    const STEP: usize = 16;
    bytes.next_multiple_of(STEP)
}

/// What a hash table of `entries`, each of `size` bytes, takes: it is between half and seven eighths full.
pub(crate) const fn table(entries: usize, size: usize) -> usize {
    (entries * 8 / 7).next_power_of_two() * (size + 1)
}

/// The memory that a value has allocated, apart from the value itself.
pub(crate) trait Footprint {
    fn heap_bytes(&self) -> usize;
}

impl Footprint for Text {
    fn heap_bytes(&self) -> usize {
        if self.is_heap_allocated() { allocation(self.capacity()) } else { 0 }
    }
}

impl Footprint for Sealed {
    fn heap_bytes(&self) -> usize {
        allocation(self.0.len())
    }
}

impl<T: Footprint> Footprint for [T] {
    fn heap_bytes(&self) -> usize {
        self.iter().map(T::heap_bytes).sum()
    }
}

/// A boxed slice and what its elements have allocated.
fn boxed<T: Footprint>(items: &[T]) -> usize {
    allocation(size_of_val(items)) + items.heap_bytes()
}

impl<T: Footprint> Footprint for Dated<T> {
    fn heap_bytes(&self) -> usize {
        boxed(self.records())
    }
}

impl<T: Footprint> Footprint for Record<T> {
    fn heap_bytes(&self) -> usize {
        let Record { id: _, effective_date: _, created: _, modified: _, data } = self;
        data.heap_bytes()
    }
}

impl Footprint for Person {
    fn heap_bytes(&self) -> usize {
        let Person { user, employee, assignment, work_hours, custom_field_records, leave_usages } = self;
        user.heap_bytes()
            + employee.heap_bytes()
            + assignment.heap_bytes()
            + work_hours.heap_bytes()
            + boxed(custom_field_records)
            + boxed(leave_usages)
    }
}

impl Footprint for User {
    fn heap_bytes(&self) -> usize {
        let User {
            id: _,
            username,
            email,
            twitter_username,
            linkedin_url,
            blog_url,
            nickname,
            group: _,
            picture: _,
            badge_count: _,
            password_hash,
            api_key_hash: _,
            api_key,
            accepted_invite: _,
            created: _,
            modified: _,
        } = self;
        let texts = [username, email, twitter_username, linkedin_url, blog_url, nickname];
        texts.into_iter().map(Footprint::heap_bytes).sum::<usize>()
            + password_hash.as_ref().map_or(0, |hash| allocation(hash.len()))
            + api_key.as_ref().map_or(0, Footprint::heap_bytes)
    }
}

impl Footprint for PersonalData {
    fn heap_bytes(&self) -> usize {
        let PersonalData {
            first_name,
            middle_name,
            last_name,
            phone,
            address1,
            address2,
            city,
            state,
            country,
            postal,
            birthdate: _,
            gender: _,
            government_id,
            emergency_name,
            emergency_number,
        } = self;
        let texts = [
            first_name,
            middle_name,
            last_name,
            phone,
            address1,
            address2,
            city,
            state,
            country,
            postal,
            emergency_name,
            emergency_number,
        ];
        texts.into_iter().map(Footprint::heap_bytes).sum::<usize>()
            + government_id.as_ref().map_or(0, Footprint::heap_bytes)
    }
}

impl Footprint for JobData {
    fn heap_bytes(&self) -> usize {
        let JobData {
            job: _,
            department: _,
            manager: _,
            location: _,
            employee_class: _,
            status: _,
            pay: _,
            full_time: _,
            phone,
            ext,
            employee_num,
            date_hired: _,
            date_terminated: _,
        } = self;
        phone.heap_bytes() + ext.heap_bytes() + employee_num.heap_bytes()
    }
}

impl Footprint for WorkHours {
    fn heap_bytes(&self) -> usize {
        let WorkHours { a_day: _, a_week: _ } = self;
        0
    }
}

impl Footprint for LeaveUsage {
    fn heap_bytes(&self) -> usize {
        let LeaveUsage { leave_type: _, days_used: _, days_remaining: _ } = self;
        0
    }
}

impl Footprint for CustomFieldRecord {
    fn heap_bytes(&self) -> usize {
        let CustomFieldRecord { id: _, field: _, content } = self;
        content.heap_bytes()
    }
}

impl Footprint for Account {
    fn heap_bytes(&self) -> usize {
        let Account { id: _, subdomain, name, state: _, settings: _ } = self;
        subdomain.heap_bytes() + name.heap_bytes()
    }
}

impl Footprint for Org {
    fn heap_bytes(&self) -> usize {
        let Org {
            jobs,
            departments,
            locations,
            employee_classes,
            custom_fields,
            leave_types,
            event_types,
            company_values,
            badges,
        } = self;
        map(jobs, |Job { id: _, title, requirements, created: _, modified: _ }| {
            title.heap_bytes() + requirements.heap_bytes()
        }) + map(departments, |Department { id: _, name, order: _, created: _, modified: _ }| {
            name.heap_bytes()
        }) + map(locations, |Location { id: _, name, order: _, created: _, modified: _ }| name.heap_bytes())
            + map(event_types, |EventType { id: _, name, order: _, created: _, modified: _ }| {
                name.heap_bytes()
            })
            + map(company_values, |CompanyValue { id: _, name, order: _, created: _, modified: _ }| {
                name.heap_bytes()
            })
            + map(badges, |Badge { id: _, name, order: _, created: _, modified: _ }| name.heap_bytes())
            + map(employee_classes, |EmployeeClass { id: _, class, order: _, created: _, modified: _ }| {
                class.heap_bytes()
            })
            + map(
                custom_fields,
                |CustomField {
                     id: _,
                     name,
                     kind: _,
                     encrypted: _,
                     order: _,
                     privacy: _,
                     created: _,
                     modified: _,
                 }| name.heap_bytes(),
            )
            + map(
                leave_types,
                |LeaveType { id: _, name, accrual: _, action_phrase, unpaid: _, created: _, modified: _ }| {
                    name.heap_bytes() + action_phrase.heap_bytes()
                },
            )
    }
}

/// A tree, whose nodes are about three quarters full, and what its values have allocated.
pub(crate) fn map<K, V>(map: &BTreeMap<K, V>, heap: impl Fn(&V) -> usize) -> usize {
    entries(map.len(), size_of::<K>() + size_of::<V>()) + map.values().map(heap).sum::<usize>()
}

/// A tree of values that have allocated nothing.
pub(crate) fn tree<T>(set: &BTreeSet<T>) -> usize {
    entries(set.len(), size_of::<T>())
}

const fn entries(count: usize, size: usize) -> usize {
    let entries = count * size;
    entries + entries / 3
}
