//! The visitor as an extractor for axum 0.8, and errors as responses.

use super::MissingLayer;
use super::error::status;
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
    /// [`MissingLayer`], answered with status 500, where no [`ConsentLayer`](crate::web::tower::ConsentLayer) stands around the
    /// route: a question without a gate must not find an answer.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        parts.extensions.get::<Self>().cloned().ok_or(MissingLayer)
    }
}

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

impl IntoResponse for ChangeError {
    /// 403 for a request that may not change consent, 500 for a change that came too late, 400 for one that cannot be.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(status(&self)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, self.to_string()).into_response()
    }
}
