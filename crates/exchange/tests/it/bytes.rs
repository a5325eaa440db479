//! Whatever the bytes are, reading and planning come to an end without a panic.

use folkmoot_core::{Directory, Sequences};
use folkmoot_exchange::import::{Drafts, plan, read_csv, read_json};
use proptest::prelude::*;

use crate::common::{directory, options, plan_new};

const HEADERS: [&str; 3] = [
    "username,email,first_name,last_name,date_hired,manager,pay_type,pay_rate,hours,custom:x,leave_usages.y.days_used",
    "id;username;email;first_name;last_name;date_hired;manager;department;birthdate",
    "",
];

fn somebody() -> Directory {
    let text = "id,username,email,first_name,last_name,date_hired,employee_num\n3,a,a@b,A,A,2020-01-01,1\n";
    let plan = plan_new(&read_csv(text.as_bytes()), true).expect("sound");
    directory(plan.org, plan.people)
}

fn check(drafts: &Drafts, existing: &Directory) {
    for keep_ids in [false, true] {
        match plan(drafts, existing, Sequences { users: 4, ..Sequences::default() }, &options(keep_ids)) {
            Ok(plan) => {
                assert_eq!(plan.people.len(), drafts.len());
                assert!(drafts.faults().is_empty());
            }
            Err(faults) => {
                assert!(faults.len() >= drafts.faults().len().min(1));
                assert!(faults.is_sorted());
                assert!(faults.iter().all(|fault| fault.at.line > 0 && fault.at.column > 0));
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let existing = somebody();
        check(&read_csv(&bytes), &existing);
        check(&read_json(&bytes), &existing);
    }

    #[test]
    fn anything_like_a_table(header in 0..HEADERS.len(), rows in "([a1é@. -]{0,4}[,;\"\n\r'=]{0,2}){0,60}") {
        check(&read_csv(format!("{}\n{rows}", HEADERS[header]).as_bytes()), &somebody());
    }

    #[test]
    fn anything_like_a_user(
        key in "(id|username|email|manager|job|pay_info|rate|assignment_record|leave_usages|custom_field_records|x)",
        value in r#"(1|"a"|null|true|\[\]|\{\}|\[1\]|\{"id":1\}|\{"name":"n","id":"x"\}|\[\{"id":[1-3],"leave_type":\{"name":"n"\}\}\])"#,
        outer in "(assignment_record|employee_record|x)",
    ) {
        let existing = somebody();
        check(&read_json(format!(r#"{{"{key}":{value}}}"#).as_bytes()), &existing);
        check(&read_json(format!(r#"[{{"{outer}":{{"{key}":{value}}}}}]"#).as_bytes()), &existing);
    }
}
