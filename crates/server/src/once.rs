//! `Idempotency-Key`: a client that does not know whether its change arrived sends it again, and it is made once. The answer
//! is of the present state, as to any other change. Names of changes are each user's own, and are forgotten after a day.
//!
//! Every change goes the same way: [`Once::of`] reads the name; within the transaction [`Once::made`] says whether the
//! change was made already, before anything is held against what there is by now, and [`Once::note`] remembers it together
//! with what it writes. Nothing that was sent or answered is kept, only keyed hashes: what a form says may be a password or
//! the secret of a webhook, and what was answered may be hidden from whoever asks by the time they send it again.

use folkmoot_store::{Known, NamedChange, Tx};
use folkmoot_wire::{ErrorCode, Form};
use http::{HeaderMap, StatusCode};

use crate::context::{Api, Context};
use crate::error::Refusal;

const HEADER: &str = "idempotency-key";
/// The longest name for a change, in bytes.
const LONGEST: usize = 255;

/// The name of the change that a request is, if it has one.
#[derive(Clone, Copy)]
pub(crate) struct Once(Option<NamedChange>);

impl Once {
    /// Reads the header of a request that does `what`, with `form`, to the object with this number, if it has one yet.
    ///
    /// # Errors
    /// When it is there and cannot be a name.
    pub(crate) fn of(request: &Api, what: &str, object: Option<i64>, form: &Form) -> Result<Once, Refusal> {
        let said = form.leaves().flat_map(|leaf| [leaf.key.as_bytes(), leaf.text.as_bytes()]);
        Once::of_parts(request, request.headers(), what, object, said)
    }

    /// Reads it of a request that sends a file, or nothing.
    ///
    /// # Errors
    /// When it is there and cannot be a name.
    pub(crate) fn of_file(
        context: &Context,
        headers: &HeaderMap,
        what: &str,
        object: i64,
        file: &[u8],
    ) -> Result<Once, Refusal> {
        Once::of_parts(context, headers, what, Some(object), [file].into_iter())
    }

    fn of_parts<'a>(
        context: &Context,
        headers: &HeaderMap,
        what: &'a str,
        object: Option<i64>,
        said: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Once, Refusal> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(name) = values.next() else { return Ok(Once(None)) };
        let printable = name.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte));
        if values.next().is_some() || name.is_empty() || name.len() > LONGEST || !printable {
            return Err(Refusal::validation(format!(
                "Idempotency-Key is one name of at most {LONGEST} printable ASCII characters."
            )));
        }
        let keys = context.app.store.keys();
        let hash = |parts: &mut dyn Iterator<Item = &[u8]>| {
            let mut text = Vec::new();
            for part in parts {
                text.extend_from_slice(&(part.len() as u64).to_be_bytes());
                text.extend_from_slice(part);
            }
            keys.entity_tag(&text)
        };
        let object = object.unwrap_or(0).to_be_bytes();
        let mut request = vec![&b"request"[..], what.as_bytes(), &object];
        for part in said {
            request.push(part);
        }
        Ok(Once(Some(NamedChange {
            user: context.viewer.user,
            name: hash(&mut [&b"name"[..], name.as_bytes()].into_iter()),
            request: hash(&mut request.into_iter()),
        })))
    }

    /// The number of the object to which the change has been made already.
    ///
    /// # Errors
    /// 422 when another change has its name, or when the store fails.
    pub(crate) async fn made(&self, tx: &mut Tx<'_>) -> Result<Option<i64>, Refusal> {
        let Some(change) = &self.0 else { return Ok(None) };
        match tx.known_change(change).await? {
            None => Ok(None),
            Some(Known::Made(object)) => Ok(Some(object)),
            Some(Known::Another) => {
                let message = "Idempotency-Key is that of another request.";
                Err(Refusal::new(ErrorCode::Validation, message)
                    .with_status(StatusCode::UNPROCESSABLE_ENTITY))
            }
        }
    }

    /// Notes that the change is made with this transaction.
    pub(crate) async fn note(&self, tx: &mut Tx<'_>, object: i64) -> Result<(), Refusal> {
        if let Some(change) = &self.0 {
            tx.remember_change(change, object).await?;
        }
        Ok(())
    }
}
