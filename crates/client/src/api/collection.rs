//! Objects that are listed, read, made, changed and deleted alike.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{
    Api, Id,
    call::{Done, Tagged, Write},
    form::Form,
};
use crate::{client::segment, error::Result};

/// A kind of object that the API lists and shows.
pub trait Entity: DeserializeOwned + sealed::Path {}

/// A kind of object that the API lets be changed.
pub trait Editable: Entity {
    /// What is said of one to make or to change it.
    type Change: Into<ChangeForm>;
}

/// What a change comes to: the form that is sent.
#[derive(Clone, Debug, Default)]
pub struct ChangeForm(pub(crate) Form);

pub(crate) mod sealed {
    /// Where objects of a kind are.
    pub trait Path {
        /// The collection's name in addresses.
        const PATH: &'static str;
    }
}

/// All objects of a kind in the account.
#[derive(Debug)]
pub struct Collection<'a, R> {
    api: Api<'a>,
    of: PhantomData<fn() -> R>,
}

impl<'a, R: Entity> Collection<'a, R> {
    pub(super) fn new(api: Api<'a>) -> Self {
        Self { api, of: PhantomData }
    }

    /// All of them that the caller may see.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn list(&self) -> Result<Vec<R>> {
        Ok(self.api.read(&format!("{}.json", R::PATH), &[]).await?.value)
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is no such object, or not for this caller: 404 `NOT_FOUND`.
    pub async fn get(&self, id: impl Into<Id>) -> Result<Tagged<R>> {
        self.api.read(&path::<R>(&id.into()), &[]).await
    }
}

impl<'a, R: Editable> Collection<'a, R> {
    /// Makes a new one.
    pub fn create(&self, change: R::Change) -> Write<'a, R> {
        Write::post(self.api, format!("{}.json", R::PATH), change.into().0)
    }

    /// Changes what is said, and nothing else.
    pub fn update(&self, id: impl Into<Id>, change: R::Change) -> Write<'a, R> {
        let id = id.into();
        let mut form = change.into().0;
        form.add("id", id.as_str());
        Write::put(self.api, path::<R>(&id), form)
    }

    /// Deletes one, if nothing stands on it: else 409 `DELETE_ERROR`.
    pub fn delete(&self, id: impl Into<Id>) -> Write<'a, Done> {
        Write::delete(self.api, path::<R>(&id.into()))
    }
}

fn path<R: Entity>(id: &Id) -> String {
    format!("{}/{}.json", R::PATH, segment(id.as_str()))
}

/// Says where objects are, and what changes them if anything does.
macro_rules! entities {
    ($($kind:ty = $path:literal $(by $change:ty)?;)*) => {$(
        impl $crate::api::collection::sealed::Path for $kind {
            const PATH: &'static str = $path;
        }
        impl $crate::api::Entity for $kind {}
        $(
            impl $crate::api::Editable for $kind {
                type Change = $change;
            }
            impl From<$change> for $crate::api::ChangeForm {
                fn from(change: $change) -> Self {
                    Self(change.0)
                }
            }
        )?
    )*};
}
pub(crate) use entities;
