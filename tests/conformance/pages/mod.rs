//! One suite for every adapter of the HTML rewriter: the same pages over TCP, the same bytes.
//!
//! `html::Plan` and `html::Rewriter` are the measure, called without any framework.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
mod client;
#[cfg(feature = "rocket")]
mod rocket;
mod suite;
