//! The registry of problem codes: one table, from which titles, statuses and the pages under `docs/errors` come.

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $title:literal, $meaning:literal, $remedy:literal;)*) => {
        /// A stable name for a kind of problem. Codes are added, never changed.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Code { $($name,)* }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)* } }
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }
            #[must_use]
            pub const fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }
            /// What it means, for the code's page.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(Self::$name => $meaning,)* } }
            /// What to do, for the code's page.
            #[must_use]
            pub const fn remedy(self) -> &'static str { match self { $(Self::$name => $remedy,)* } }
        }
    };
}

codes! {
    BadSignature = "bad_signature", 401, "Signature does not fit",
        "The request is signed, and the signature does not fit the bytes that arrived, or it is missing, or its time is more than five minutes off.",
        "Check that both sides have the same secret, that nothing between them rewrites the body, and that the sender's clock is right. Each refusal is in the audit log.";
    BodyTimeout = "body_timeout", 408, "Body did not arrive",
        "The headers arrived and the body did not arrive within its time.",
        "Send the request again.";
    BodyTooLarge = "body_too_large", 413, "Body too large",
        "The body is larger than this address takes: 1 MB for most, 3 MB for batches and webhooks.",
        "Split the request: `POST /v1/event_batches` takes up to 1,000 events in one body.";
    BroadcastIncomplete = "broadcast_incomplete", 409, "Large broadcast lacks something",
        "A broadcast to so many recipients needs approval by somebody other than its author, a holdout, and a preview that somebody has looked at. `missing` lists what it lacks, each with its remedy.",
        "Do what the remedies say, for the present version of the file, and start it again. The limit is in the policy: `broadcasts.above`.";
    Conflict = "conflict", 409, "Changed by somebody else",
        "Somebody else changed the same thing first, or it exists already.",
        "Read it again, decide again, and send the change again.";
    CsrfRefused = "csrf_refused", 403, "Request from another site",
        "A browser session sent a change without the header `x-antiphon-csrf: 1`, or from another origin.",
        "Programs should use an API key. A web page of your own must be served from the same origin.";
    Forbidden = "forbidden", 403, "Not allowed",
        "You are known, and your role or your key does not have the scope that this operation needs. The scope is in the detail.",
        "Ask an owner or administrator for the role, or use a key with the scope.";
    IdempotencyMismatch = "idempotency_mismatch", 422, "Same key, another body",
        "The `Idempotency-Key` was used before with another body.",
        "Use a new key for a new request. Repeat a request with exactly the same body.";
    IdempotencyRunning = "idempotency_running", 409, "Still running",
        "A request with the same `Idempotency-Key` is still being worked on.",
        "Wait a moment and send it again: the answer of the first will be returned.";
    Internal = "internal", 500, "Internal error",
        "Something broke in the server. The caller is told nothing more; the log has the reason under the request's id.",
        "Try again. If it stays, look for the request id in the log.";
    Invalid = "invalid", 422, "Does not make sense",
        "The body was read and says something that cannot be. `errors` lists each fault with a JSON pointer to its place.",
        "Mend each fault and send the request again.";
    InvalidBroadcast = "invalid_broadcast", 422, "Broadcast has errors",
        "The broadcast's file does not compile. `diagnostics` lists each error with line, column, what is wrong and how to mend it.",
        "Mend the errors and send it again.";
    InvalidCursor = "invalid_cursor", 400, "Cursor not understood",
        "The cursor is not one that this list gave.",
        "Begin again without a cursor. Cursors are opaque: pass back `next_cursor` as it came, to the same list.";
    InvalidJourney = "invalid_journey", 422, "Journey has errors",
        "The journey does not compile. `diagnostics` lists each error with line, column, what is wrong and how to mend it.",
        "Mend the errors. `POST /v1/journey_validations` and `antiphon check` say the same without publishing.";
    InvalidQuery = "invalid_query", 400, "Query not understood",
        "A query parameter is unknown, or its value cannot be read.",
        "Check the parameter's name and value against the API description.";
    InvalidRequest = "invalid_request", 400, "Request not understood",
        "The request is malformed in a way that no other code names.",
        "Check the request against the API description.";
    LinkUsed = "link_used", 401, "Sign-in link not valid",
        "The sign-in link was used already, has run out, or was never issued.",
        "Ask an administrator for a new link, or sign in with your password.";
    MalformedJson = "malformed_json", 400, "Not JSON",
        "The body is not well-formed JSON. The detail names line and column.",
        "Check the body: it may have been cut off.";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed",
        "The address exists and does not know the method.",
        "Check the method against the API description.";
    NewerMessage = "newer_message", 409, "There is a newer message",
        "The thread has messages that are newer than the one you had seen. They come in `newer`.",
        "Read them, and send again with the newest message's id in `seen`.";
    NotFound = "not_found", 404, "Not found",
        "There is no such thing, or it belongs to another workspace.",
        "Check the id and the workspace of your key.";
    NotSent = "not_sent", 409, "Not sent",
        "The gate decided that this message must not go now. The detail says why; `decision` names the stored verdict with every rule.",
        "Read the verdict at `GET /v1/decisions/{id}`.";
    Rejected = "rejected", 409, "Not possible now",
        "The contact's state does not allow this. The detail says why; `reason` is a short name for it.",
        "Read the current state and decide again.";
    SignInRefused = "sign_in_refused", 401, "Sign-in refused",
        "E-mail address and password do not belong together, or the user is not active.",
        "Check both. An administrator can issue a sign-in link.";
    SignalParked = "signal_parked", 500, "Accepted and parked",
        "The request was understood and kept, and processing it failed. It is not lost: an operator sees it among the parked signals.",
        "Tell the operator of this installation. Do not send it again: it will be retried from where it is.";
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts",
        "Too many failed sign-ins. The header `retry-after` says how many seconds to wait.",
        "Wait. A sign-in link from an administrator works at once.";
    Unauthenticated = "unauthenticated", 401, "Sign in first",
        "The request carries no valid key and no valid session. A session ends after 12 hours without use and after 14 days.",
        "Send `Authorization: Bearer ak_…`, or sign in.";
    Unavailable = "unavailable", 503, "Not available now",
        "A part that is needed is busy, out of space, or not reachable. Nothing was changed.",
        "Try again after the seconds in `retry-after`.";
    UnsupportedMediaType = "unsupported_media_type", 415, "Unknown content type",
        "The body's content type is not one that this address takes.",
        "Send JSON with `content-type: application/json`.";
    Upstream = "upstream", 502, "A provider did not answer",
        "The provider that this request depends on refused it or did not answer.",
        "The detail has the provider's words. Try again later or mend the sender's credentials.";
    WorkspaceBusy = "workspace_busy", 429, "Too much at once",
        "More of this workspace waits to be stored than is good for it. Nothing of this request was stored. Other workspaces go on.",
        "Send it again after the seconds in `retry-after`, and slower.";
}
