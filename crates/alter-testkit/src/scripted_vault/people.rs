//! The people of a script: those who connect accounts and sign in. What they do in a browser is not played, only what comes
//! of it.

use alter_types::{AuthSession, ConnectResult, ConnectSession, GrantId, Secret};
use serde_json::json;

use super::{Answer, ScriptedVault, approval::in_a_while};

/// How long a session lasts, as the vault says. Nothing here waits for it.
const SECONDS: i64 = 600;

impl ScriptedVault {
    /// From now on connect sessions can be opened, and whoever gets the link connects an account at `provider`: `grant` is
    /// the grant it makes or repairs. The session is pending once, then completed.
    pub fn person_connects(&self, provider: &str, grant: &GrantId) {
        let connected = ConnectResult::new(*grant, provider);
        self.connect_sessions(json!({ "status": "completed", "grants": [connected] }));
    }

    /// From now on connect sessions can be opened, and whoever gets the link says no.
    pub fn person_declines(&self) {
        let error = json!({ "error_code": "connect_denied", "error_message": "The person said no." });
        self.connect_sessions(json!({ "status": "error", "error": error }));
    }

    /// From now on connect and sign-in sessions can be opened, and nobody opens the links.
    pub fn person_stays_away(&self) {
        self.connect_sessions(json!({ "status": "pending" }));
        self.sign_in_sessions(json!({ "status": "pending" }));
    }

    /// From now on sign-in sessions can be opened, and whoever gets the link signs in: `user_token` is the JWT that
    /// proves it. The session is pending once, then completed.
    pub fn person_signs_in(&self, user_token: &str) {
        let user = json!({ "sub": "a-user" });
        self.sign_in_sessions(json!({ "status": "completed", "user_token": user_token, "user_info": user }));
    }

    fn connect_sessions(&self, outcome: serde_json::Value) {
        let link = Secret::from("https://vault.example.com/connect#scripted");
        let session =
            ConnectSession::new(Secret::from("scripted-connect-session"), link, SECONDS, in_a_while(SECONDS));
        self.on("POST /sdk/oauth/connect/session").answers(Answer::status(201).json(&session));
        self.on("POST /sdk/oauth/connect/session/poll")
            .answers(json!({ "status": "pending" }))
            .answers(outcome);
    }

    fn sign_in_sessions(&self, outcome: serde_json::Value) {
        let link = Secret::from("https://idp.example.com/authorize?state=scripted");
        let session =
            AuthSession::new(Secret::from("scripted-sign-in-session"), link, SECONDS, in_a_while(SECONDS));
        self.on("POST /sdk/auth/session").answers(Answer::status(201).json(&session));
        self.on("POST /sdk/auth/poll").answers(json!({ "status": "pending" })).answers(outcome);
    }
}
