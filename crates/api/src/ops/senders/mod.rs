//! A sender at its provider: health, registration, profile, forms.

mod create_form;
mod examine;
mod get_health;
mod get_profile;
mod get_settings;
mod import_app;
mod list_forms;
mod put_profile;
mod put_settings;
mod register;
mod verify;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(get_health::get_sender_health, get_health::check_sender))
        .routes(routes!(examine::examine_sender))
        .routes(routes!(register::register_sender, register::deregister_sender))
        .routes(routes!(import_app::import_from_phone_app))
        .routes(routes!(verify::request_sender_code))
        .routes(routes!(verify::verify_sender))
        .routes(routes!(get_profile::get_sender_profile, put_profile::update_sender_profile))
        .routes(routes!(get_settings::get_sender_settings, put_settings::update_sender_settings))
        .routes(routes!(list_forms::list_forms, create_form::create_form))
}
