//! `application/x-www-form-urlencoded` to pairs and back (WHATWG URL, section 5), strict where that is lenient:
//! what cannot be decoded is a fault and not a replacement character.

use super::Limits;
use super::fault::{FormError, FormFault};

/// A decoded key and value.
pub(super) type Pair = (String, String);

/// The pairs of a body.
pub(super) fn decode(body: &[u8], limits: &Limits) -> Result<Vec<Pair>, FormError> {
    let mut pairs = Vec::new();
    for piece in body.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty()) {
        if pairs.len() == limits.max_pairs {
            return Err(FormError::new(b"", FormFault::TooManyPairs(limits.max_pairs)));
        }
        let equals = piece.iter().position(|&byte| byte == b'=').unwrap_or(piece.len());
        let (raw_key, raw_value) = (&piece[..equals], piece.get(equals + 1..).unwrap_or_default());
        let fault = |fault| FormError::new(raw_key, fault);
        let key = text(raw_key, limits.max_key_len, FormFault::KeyTooLong).map_err(fault)?;
        let value = text(raw_value, limits.max_value_len, FormFault::ValueTooLong)
            .map_err(|fault| FormError::new(key.as_bytes(), fault))?;
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// Pairs from elsewhere, within the same bounds.
pub(super) fn check<K: Into<String>, V: Into<String>>(
    given: impl IntoIterator<Item = (K, V)>,
    limits: &Limits,
) -> Result<Vec<Pair>, FormError> {
    let mut pairs = Vec::new();
    for (key, value) in given {
        let (key, value) = (key.into(), value.into());
        let fault = if pairs.len() == limits.max_pairs {
            return Err(FormError::new(b"", FormFault::TooManyPairs(limits.max_pairs)));
        } else if key.len() > limits.max_key_len {
            FormFault::KeyTooLong(limits.max_key_len)
        } else if value.len() > limits.max_value_len {
            FormFault::ValueTooLong(limits.max_value_len)
        } else if key.contains('\0') || value.contains('\0') {
            FormFault::Nul
        } else {
            pairs.push((key, value));
            continue;
        };
        return Err(FormError::new(key.as_bytes(), fault));
    }
    Ok(pairs)
}

fn text(raw: &[u8], limit: usize, too_long: fn(usize) -> FormFault) -> Result<String, FormFault> {
    // A byte is sent as three at most, so anything longer need not be decoded to be refused.
    if raw.len() > limit.saturating_mul(3) {
        return Err(too_long(limit));
    }
    let bytes = percent_decode(raw)?;
    if bytes.len() > limit {
        return Err(too_long(limit));
    }
    if bytes.contains(&0) {
        return Err(FormFault::Nul);
    }
    String::from_utf8(bytes).map_err(|_| FormFault::NotUtf8)
}

fn percent_decode(raw: &[u8]) -> Result<Vec<u8>, FormFault> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let [high, low, after @ ..] = rest else { return Err(FormFault::Percent) };
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                    return Err(FormFault::Percent);
                };
                out.push((high * 16 + low) as u8);
                rest = after;
            }
            _ => out.push(*byte),
        }
    }
    Ok(out)
}

/// The body that carries some pairs. Brackets stay plain.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let mut out = String::new();
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        percent_encode(&mut out, key.as_ref(), b"[]");
        out.push('=');
        percent_encode(&mut out, value.as_ref(), b"");
    }
    out
}

fn percent_encode(out: &mut String, text: &str, plain: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) || plain.contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b' ' {
            out.push('+');
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}
