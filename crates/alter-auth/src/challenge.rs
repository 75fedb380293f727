//! [`Challenge`]: what a provider asks for in `WWW-Authenticate`, read as the whole list it is (RFC 9110 section 11.6.1).

/// Challenges read from one answer; what follows is ignored.
const MAX_CHALLENGES: usize = 16;

/// Parameters read of one challenge; what follows is ignored.
const MAX_PARAMETERS: usize = 32;

/// One authentication scheme with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The scheme, in lower case: `bearer`, `dpop`, `basic` …
    pub scheme: String,
    /// Parameters in the order they came, names in lower case, values without quotes and escapes.
    pub parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Reads every challenge of a `WWW-Authenticate` value. Never fails: what cannot be read ends the challenge it
    /// stands in, and reading goes on behind the next comma.
    ///
    /// ```
    /// use alter_auth::Challenge;
    ///
    /// let all = Challenge::parse_list(r#"Basic realm="x", Bearer error="insufficient_scope", scope="a b""#);
    /// assert_eq!(all.len(), 2);
    /// assert_eq!(all[1].parameter("scope"), Some("a b"));
    /// ```
    #[must_use]
    pub fn parse_list(value: &str) -> Vec<Self> {
        let mut rest = Cursor(value);
        let mut found = Vec::new();
        while found.len() < MAX_CHALLENGES && rest.skip_to_element() {
            match rest.scheme() {
                Some(scheme) => {
                    let parameters = rest.parameters();
                    found.push(Self { scheme: scheme.to_ascii_lowercase(), parameters });
                    rest.skip_element();
                }
                None => rest.skip_element(),
            }
        }
        found
    }

    /// The challenge that is about an access token: the first of scheme `Bearer` or `DPoP`.
    #[must_use]
    pub fn of_access_token(challenges: &[Self]) -> Option<&Self> {
        challenges.iter().find(|challenge| matches!(challenge.scheme.as_str(), "bearer" | "dpop"))
    }

    /// The value of a parameter; the last one, if it came several times.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().rev().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// The scopes the provider misses, if that is what the challenge says (RFC 6750 section 3.1): empty if it does
    /// not name them.
    #[must_use]
    pub fn insufficient_scope(&self) -> Option<Vec<&str>> {
        (self.parameter("error") == Some("insufficient_scope"))
            .then(|| self.parameter("scope").unwrap_or_default().split_ascii_whitespace().collect())
    }
}

/// What is left to read.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Moves behind commas and whitespace; says whether anything is left.
    fn skip_to_element(&mut self) -> bool {
        self.0 = self.0.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        !self.0.is_empty()
    }

    /// Moves to the next comma outside a quoted string.
    fn skip_element(&mut self) {
        let (mut quoted, mut escaped) = (false, false);
        let end = self.0.bytes().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b',' if !quoted => return true,
                _ => {}
            }
            false
        });
        self.0 = end.map_or("", |end| &self.0[end..]);
    }

    /// A word that stands alone: followed by whitespace, a comma or nothing.
    fn scheme(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_at(token_length(self.0));
        let alone = rest.is_empty() || rest.starts_with(|c: char| c == ',' || c.is_ascii_whitespace());
        if word.is_empty() || !alone {
            return None;
        }
        self.0 = rest;
        Some(word)
    }

    fn parameters(&mut self) -> Vec<(String, String)> {
        let mut parameters = Vec::new();
        let mut next = self.parameter();
        while let Some((parameter, rest)) = next {
            parameters.push(parameter);
            self.0 = rest.trim_ascii_start();
            next = match self.0.strip_prefix(',') {
                Some(rest) if parameters.len() < MAX_PARAMETERS => Cursor(rest).parameter(),
                _ => None,
            };
        }
        parameters
    }

    /// `name = token` or `name = "quoted"`, and what follows it.
    fn parameter(&self) -> Option<((String, String), &'a str)> {
        let text = self.0.trim_ascii_start();
        let (name, rest) = text.split_at(token_length(text));
        if name.is_empty() {
            return None;
        }
        let rest = rest.trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
        let (value, rest) = quoted(rest).or_else(|| unquoted(rest))?;
        Some(((name.to_ascii_lowercase(), value), rest))
    }
}

/// A quoted string without quotes and backslashes; `None` if it does not end.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &inner[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// Everything up to whitespace or a comma; providers do not keep to the characters of a token.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| c == ',' || c.is_ascii_whitespace()).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

/// How many bytes of `text` are a token (RFC 9110 section 5.6.2).
fn token_length(text: &str) -> usize {
    let in_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    text.bytes().position(|byte| !in_token(byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scheme{name=value …}` for each challenge.
    fn shown(value: &str) -> String {
        let one = |challenge: &Challenge| {
            let parameters: Vec<_> =
                challenge.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{}{{{}}}", challenge.scheme, parameters.join(" "))
        };
        Challenge::parse_list(value).iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_challenge_of_the_list_is_read() {
        for (value, expected) in [
            ("", ""),
            ("  ,, ", ""),
            ("Bearer", "bearer{}"),
            (
                r#"Basic realm="x", Bearer error="insufficient_scope""#,
                "basic{realm=x} bearer{error=insufficient_scope}",
            ),
            (r#"Negotiate, DPoP algs="ES256 RS256", error=x"#, "negotiate{} dpop{algs=ES256 RS256 error=x}"),
            (r#"Bearer error="a, Basic realm=\"b\"", Basic"#, r#"bearer{error=a, Basic realm="b"} basic{}"#),
            ("NTLM TlRMTVNTUAAC=, bearer  realm=x , ERROR = y", "ntlm{} bearer{realm=x error=y}"),
            (r#"%%%=, Bearer error="x", %%%, Basic realm=y"#, "bearer{error=x} %%%{} basic{realm=y}"),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_its_challenge() {
        assert_eq!(shown(r#"Bearer error="x" scope="y", Basic"#), "bearer{error=x} basic{}");
        assert_eq!(shown(r#"Bearer error="x",, scope="y""#), "bearer{error=x}");
        assert_eq!(shown(r#"Bearer error="unterminated"#), r#"bearer{error="unterminated}"#);
    }

    #[test]
    fn the_challenge_about_the_token_says_which_scopes_are_missing() {
        let all =
            Challenge::parse_list(r#"Basic realm="x", Bearer error="insufficient_scope", scope=" a  b ""#);
        let challenge = Challenge::of_access_token(&all).unwrap();
        assert_eq!(challenge.insufficient_scope(), Some(vec!["a", "b"]));
        let expired = Challenge::parse_list(r#"Bearer error="invalid_token", scope="a""#);
        assert_eq!(expired[0].insufficient_scope(), None);
        let silent = Challenge::parse_list("DPoP error=insufficient_scope");
        assert_eq!(Challenge::of_access_token(&silent).unwrap().insufficient_scope(), Some(vec![]));
    }

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(Challenge::parse_list(&"Basic, ".repeat(1_000)).len(), MAX_CHALLENGES);
        let many = format!("Bearer {}", "a=b, ".repeat(1_000));
        assert_eq!(Challenge::parse_list(&many)[0].parameters.len(), MAX_PARAMETERS);
    }
}
