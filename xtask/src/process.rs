//! Running other programs: never with a standard input, always shown before they start.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use crate::failure::Failure;

/// Runs a program whose output goes straight to ours.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    announce(command);
    let status = command.stdin(Stdio::null()).status().map_err(|source| not_started(command, source))?;
    succeeded(command, status)
}

/// What a program wrote to its standard output; its standard error goes to ours.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| not_started(command, source))?;
    succeeded(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a program wrote to its standard output, or `None` if it is not there or does not succeed. Quiet: for
/// finding out what the machine has.
pub(crate) fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program, passing its output through and keeping the lines that `keep` picks, whether or not it succeeds.
pub(crate) fn run_keeping(
    command: &mut Command,
    keep: fn(&str) -> bool,
) -> (Result<(), Failure>, Vec<String>) {
    announce(command);
    let mut kept = Vec::new();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let ended = spawned.and_then(|mut child| {
        let stdout = child.stdout.take().expect("stdout was asked for as a pipe");
        let stderr = child.stderr.take().expect("stderr was asked for as a pipe");
        thread::scope(|scope| {
            let errors = scope.spawn(|| pass_through(stderr, std::io::stderr(), keep));
            kept = pass_through(stdout, std::io::stdout(), keep);
            kept.extend(errors.join().expect("passing lines through does not panic"));
        });
        child.wait()
    });
    let result =
        ended.map_err(|source| not_started(command, source)).and_then(|status| succeeded(command, status));
    (result, kept)
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words: Vec<_> = command
        .get_envs()
        .filter_map(|(key, value)| Some(format!("{}={}", key.display(), quoted(&value?.to_string_lossy()))))
        .collect();
    words.push(name.to_string_lossy().into_owned());
    words.extend(command.get_args().map(|argument| quoted(&argument.to_string_lossy())));
    words.join(" ")
}

fn announce(command: &Command) {
    println!("    $ {}", shown(command));
}

fn quoted(word: &str) -> String {
    let plain =
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./=:,+@".contains(&b));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Copies line by line until the end; a closed output on our side does not stop the program.
fn pass_through(from: impl Read, mut to: impl Write, keep: fn(&str) -> bool) -> Vec<String> {
    let mut reader = BufReader::new(from);
    let (mut line, mut kept) = (Vec::new(), Vec::new());
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        to.write_all(&line).and_then(|()| to.flush()).ok();
        let text = String::from_utf8_lossy(&line);
        if keep(&text) {
            kept.push(text.into_owned());
        }
        line.clear();
    }
    kept
}

fn not_started(command: &Command, source: std::io::Error) -> Failure {
    Failure::NotStarted { command: shown(command), source }
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let outcome = match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was ended by a signal".to_owned(),
    };
    Err(Failure::Unsuccessful { command: shown(command), outcome })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_so_that_it_can_be_pasted() {
        let mut command = Command::new("some/folder/cargo");
        command.args(["clippy", "--", "-D", "it's"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(shown(&command), r"RUSTDOCFLAGS='-D warnings' cargo clippy -- -D 'it'\''s'");
    }

    #[test]
    fn lines_pass_through_unchanged_and_the_picked_ones_are_kept() {
        let mut out = Vec::new();
        let kept = pass_through(&b"one\ntwo \xff\nthree"[..], &mut out, |line| line.contains('t'));
        assert_eq!(out, b"one\ntwo \xff\nthree");
        assert_eq!(kept, ["two \u{fffd}\n", "three"]);
    }

    #[test]
    fn a_program_that_fails_says_how_it_ended() {
        let failure = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(failure.to_string(), "`sh -c 'exit 3'` ended with exit code 3");
    }

    #[test]
    fn lines_of_both_outputs_are_kept_even_if_the_program_fails() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo keep 1; echo drop; echo keep 2 >&2; exit 1"]);
        let (result, kept) = run_keeping(&mut command, |line| line.starts_with("keep"));
        assert!(result.is_err());
        assert_eq!(kept, ["keep 1\n", "keep 2\n"]);
    }

    #[test]
    fn a_program_that_is_not_there_probes_as_none() {
        assert_eq!(probe(&mut Command::new("no-such-program-anywhere")), None);
    }
}
