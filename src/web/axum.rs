//! The visitor as an extractor for axum 0.8, and errors as responses.

use crate::{ChangeError, Visitor};
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = MissingLayer;

    /// The visitor of this request.
    ///
    /// # Errors
    /// [`MissingLayer`], answered with status 500, where no [`ConsentLayer`](super::ConsentLayer) stands around the
    /// route: a question without a gate must not find an answer.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        parts.extensions.get::<Self>().cloned().ok_or(MissingLayer)
    }
}

/// A handler asked for a [`Visitor`], and its route is not behind the gate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "this route is not behind the consent gate: add `.layer(ConsentLayer::new(gate))` after all routes, as the last \
     (outermost) layer"
)]
pub struct MissingLayer;

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

impl IntoResponse for ChangeError {
    /// 403 for a request that may not change consent, 500 for a change that came too late, 400 for one that cannot be.
    fn into_response(self) -> Response {
        let status = match self {
            Self::CrossOrigin | Self::Prefetch => StatusCode::FORBIDDEN,
            Self::Late => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, self.to_string()).into_response()
    }
}
