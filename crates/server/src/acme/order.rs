//! One order: from a host's name to its certificate.

use std::time::Duration;

use instant_acme::{
    AuthorizationStatus, ChallengeType, Identifier, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rustls::crypto::CryptoProvider;
use tokio::time::timeout;

use super::client::{Client, OrderError};
use super::storage::{Kind, Storage};
use crate::settings::AcmeChallenge;
use crate::tls::Certificate;

/// How long the authority may take to look at the challenge, and then to sign.
const LOOKING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));
/// How long an order may take altogether.
const PATIENCE: Duration = Duration::from_mins(5);

/// Orders a certificate for `host`, and keeps it.
///
/// # Errors
/// Says what the authority has against it, or what else went wrong.
pub(crate) async fn fill(
    host: &str,
    client: &Client,
    challenge: AcmeChallenge,
    storage: &dyn Storage,
    provider: &CryptoProvider,
) -> Result<(), OrderError> {
    let mut shown = Vec::new();
    let filled = match timeout(PATIENCE, pem(host, client, challenge, storage, &mut shown)).await {
        Ok(filled) => filled,
        Err(_) => Err(OrderError::new("the authority took too long")),
    };
    for (kind, name) in shown {
        if let Err(error) = storage.remove(kind, &name).await {
            tracing::warn!(%error, "a challenge that is over could not be removed");
        }
    }
    let pem = filled?;
    // What cannot be shown must not replace what can.
    let certificate = Certificate::from_pem(pem.as_bytes(), pem.as_bytes(), provider)
        .map_err(|fault| OrderError::new(format!("the authority's certificate cannot be used: {fault}")))?;
    if !certificate.names.iter().any(|name| name == host) {
        return Err(OrderError::new("the authority's certificate is for another host"));
    }
    Ok(storage.write(Kind::Certificate, host, pem.into_bytes()).await?)
}

/// The key and the chain, in PEM. What is shown to the authority meanwhile is noted in `shown`.
async fn pem(
    host: &str,
    client: &Client,
    challenge: AcmeChallenge,
    storage: &dyn Storage,
    shown: &mut Vec<(Kind, String)>,
) -> Result<String, OrderError> {
    let account = client.account(storage).await?;
    let mut order = account.new_order(&NewOrder::new(&[Identifier::Dns(host.to_owned())])).await?;
    if order.state().status == OrderStatus::Pending {
        show(host, &mut order, challenge, storage, shown).await?;
        if order.poll_ready(&LOOKING).await? != OrderStatus::Ready {
            return Err(reason(&mut order).await);
        }
    }
    let key = order.finalize().await?;
    let chain = order.poll_certificate(&LOOKING).await?;
    Ok(format!("{key}{chain}"))
}

/// Shows the authority what it wants to see, and asks it to look.
async fn show(
    host: &str,
    order: &mut Order,
    challenge: AcmeChallenge,
    storage: &dyn Storage,
    shown: &mut Vec<(Kind, String)>,
) -> Result<(), OrderError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            other => return Err(OrderError::new(format!("the authorization is {other:?}"))),
        }
        let kind = match challenge {
            AcmeChallenge::Http01 => ChallengeType::Http01,
            AcmeChallenge::TlsAlpn01 => ChallengeType::TlsAlpn01,
        };
        let mut offered = authorization
            .challenge(kind)
            .ok_or_else(|| OrderError::new("the authority does not offer the challenge of acme.challenge"))?;
        let answer = offered.key_authorization();
        let (kind, name, content) = match challenge {
            AcmeChallenge::Http01 => {
                (Kind::HttpChallenge, offered.token.clone(), answer.as_str().as_bytes().to_vec())
            }
            AcmeChallenge::TlsAlpn01 => {
                (Kind::AlpnChallenge, host.to_owned(), answer.digest().as_ref().to_vec())
            }
        };
        shown.push((kind, name.clone()));
        storage.write(kind, &name, content).await?;
        offered.set_ready().await?;
    }
    Ok(())
}

/// Why the authority does not fill the order.
async fn reason(order: &mut Order) -> OrderError {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let Ok(mut authorization) = authorization else { continue };
        let Ok(state) = authorization.refresh().await else { continue };
        for challenge in &state.challenges {
            if let Some(problem) = &challenge.error {
                return instant_acme::Error::Api(problem.clone()).into();
            }
        }
    }
    OrderError::new("the authority does not say why it refuses")
}
