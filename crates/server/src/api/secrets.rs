//! What is sealed of people, or not held in memory, read for a viewer who sees it, and only for a document that shows it.

use folkmoot_core::{ApiKey, EmployeeView, FullUser, PayrollUser, Shown};
use folkmoot_wire::{ApiMajor, Opened};

use crate::context::Context;
use crate::error::Refusal;

/// Opened secrets of one user.
#[derive(Default)]
pub(super) struct Secrets {
    api_key: Option<ApiKey>,
    government_id: Option<String>,
    payroll: Vec<PayrollUser>,
}

impl Secrets {
    /// Those of a full user.
    pub(super) async fn of(context: &Context, view: &FullUser<'_>) -> Result<Secrets, Refusal> {
        let mut secrets = Secrets::default();
        if let Shown::Yes(Some(sealed)) = view.api_key {
            let keys = context.app.store.keys();
            let open = || keys.open_api_key(context.account.id(), sealed);
            secrets.api_key = Some(keys.following(open).await?);
        }
        if let Some(record) = &view.employee_record {
            secrets.government_id = government_id(context, record).await?;
        }
        // Version 1 alone has a place for it.
        if let (Shown::Yes(user), ApiMajor::V1) = (view.payroll, context.version) {
            secrets.payroll = context.app.store.payroll_users(context.account.id(), user).await?;
        }
        Ok(secrets)
    }

    /// Whether there are none.
    pub(super) fn are_none(&self) -> bool {
        self.api_key.is_none() && self.government_id.is_none() && self.payroll.is_empty()
    }

    /// As they are given to a document.
    pub(super) fn opened(&self) -> Opened<'_> {
        Opened {
            api_key: self.api_key.as_ref(),
            government_id: self.government_id.as_deref(),
            payroll: &self.payroll,
        }
    }
}

/// The government number of an employee record.
pub(super) async fn government_id(
    context: &Context,
    record: &EmployeeView<'_>,
) -> Result<Option<String>, Refusal> {
    match (record.government_id, context.version) {
        // Version 2 has no place for it.
        (_, ApiMajor::V2) | (Shown::No | Shown::Yes(None), _) => Ok(None),
        (Shown::Yes(Some(sealed)), ApiMajor::V1 | ApiMajor::V3) => {
            let keys = context.app.store.keys();
            let open = || keys.open_government_id(context.account.id(), sealed);
            Ok(Some(keys.following(open).await?))
        }
    }
}
