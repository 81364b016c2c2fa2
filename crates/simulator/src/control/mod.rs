//! The control API: everything that no provider offers, for consoles, demos and tests. JSON in, JSON out; errors are
//! `{"error": "…"}` with 404 (no such thing), 409 (not possible now) or 422 (wrong input).
//!
//! | under `/_sim` | |
//! |---|---|
//! | `GET /status` | clock, seed, backlog, callbacks, the numbers of the business |
//! | `GET /people?search=&active=true&offset=&limit=` | people with their last message |
//! | `POST /people` | `{name, phone, persona, email?}`: somebody new |
//! | `GET /people/{id}` | the phone: both threads, windows, settings |
//! | `PATCH /people/{id}` | `persona`, `name`, `read_receipts`, `on_whatsapp`, `on_sms`, `on_rcs`, `phone_hidden`, `username` |
//! | `POST /people/{id}/texts` | `{line, text, business?}` |
//! | `POST /people/{id}/taps` · `/picks` | `{message, choice}`: id or title of a button or a row |
//! | `POST /people/{id}/reads` | `{message}` |
//! | `POST /people/{id}/unsubscribes` · `/complaints` | `{message}`: the buttons of a mail program |
//! | `GET /people/{id}/mails/{message}` | a mail whole: `from`, `subject`, `text`, `html`, `head`, the ways to unsubscribe |
//! | `POST /people/{id}/bounces` | `{message, code?}`: the mailbox sends it back after all; 511 is status 5.1.1 |
//! | `POST /people/{id}/reactions` | `{message, emoji}` |
//! | `POST /people/{id}/files` | `{line, mime, base64, filename?, caption?, business?}` |
//! | `POST /people/{id}/messages` | `{kind: location\|order\|flow\|edit\|revoke\|quote\|ad_reply, …, business?}` |
//! | `POST /people/{id}/calls` | `{business?}` |
//! | `PUT /people/{id}/marketing` | `{wanted, business?}`: `user_preferences` |
//! | `PUT /people/{id}/block` | `{blocked, business?}` |
//! | `PUT /people/{id}/number` | `{phone}` |
//! | `POST /people/{id}/devices` | the account moves to another device: its security code changes |
//! | `PUT /people/{id}/outcome` | `{line, outcome: {what: refuse\|refuse_first\|fail\|never_delivered, code?, times?} or null}` |
//! | `GET`, `PATCH /knobs` | see [`crate::Knobs`] |
//! | `GET`, `PUT /outcomes` | rules by number ending |
//! | `GET /exchanges?after=&limit=&party=&search=` | the exchange log, oldest first |
//! | `GET /exchanges.jsonl` | the whole log as JSON lines |
//! | `GET /report` · `GET /report/page` | which rules whoever speaks to this world keeps, for programs and for people |
//! | `GET /truth` | what phones really received, in order, duplicates marked |
//! | `GET /templates` · `POST /templates` | list; create (with `approved: true` without waiting for the review) |
//! | `POST /templates/{id}/decision` | `{decision: approve\|reject\|pause\|unpause\|disable\|quality\|recategorise\|hold_pacing\|release_pacing\|drop_pacing, …}` |
//! | `GET`, `PATCH /callbacks` | `{app, waba, numbers: {id: url}, sms: {phone: url}}`, without handshake |
//! | `GET /conversions` | what was reported of advertisements, with how often each came |
//! | `PUT /portfolio` | `{limit, business?}`: how many different people a day may be written to first, 0 without limit, and whose the account is; kept by a reset |
//! | `PUT /numbers/{id}/throughput` | `{per_second}`: what the number may send; a step up to 1,000 is told by webhook; kept by a reset |
//! | `GET`, `DELETE /numbers/{id}/verification` | the code that was sent to the number (`{code}`); `DELETE` has its owner verify it again |
//! | `POST /numbers/{id}/echoes` | `{person, text}`: the owner writes on the phone that has the number: `smb_message_echoes` |
//! | `POST /numbers/{id}/echoes/{message}` | `{person, text?}`: the owner changes it there, or without a text deletes it |
//! | `POST`, `PUT /numbers/{id}/app` | `{person, hours_ago, from_business?, text?, image?, quotes?}`: what was said there before; `PUT {shares}` |
//! | `POST /numbers/{id}/contacts` | `{phone, name, remove?}`: the owner's address book there: `smb_app_state_sync` |
//! | `POST /reset` | `{seed}`: a new world |
//! | `GET /media/{id}` | a file by media id |
//! | `GET /changes` | server-sent events: what changed |

mod act;
mod app;
mod business;
mod error;
mod log;
mod mails;
mod people;
mod routes;
mod settings;
mod stream;
mod templates;
mod view;

pub use routes::{api, router};
