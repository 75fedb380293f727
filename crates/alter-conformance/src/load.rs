//! Reading a directory of vectors, in either form: one file a vector, or one line a vector.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

/// A folder of vectors that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or directory cannot be read.
    #[error("cannot read {path}", path = .0.display())]
    Io(PathBuf, #[source] io::Error),
    /// A file or line is not a vector.
    #[error("{path}: not a vector", path = .0.display())]
    Json(PathBuf, #[source] serde_json::Error),
}

/// The folder `models`.
#[derive(Debug, Default)]
pub(crate) struct Models {
    /// Single values.
    pub(crate) samples: Vec<Sample>,
    /// Tables of a function's inputs and outputs.
    pub(crate) tables: Vec<Table>,
}

/// One value, and what becomes of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Sample {
    /// `Type.case`.
    pub(crate) name: String,
    /// The value, byte for byte.
    #[serde(rename = "sample")]
    pub(crate) json: Box<RawValue>,
    /// Verdict, the value written again, derived properties.
    pub(crate) expected: Value,
}

/// The rows of one function.
#[derive(Debug, Deserialize)]
pub(crate) struct Table {
    /// The function.
    pub(crate) function: String,
    /// Its rows.
    pub(crate) cases: Vec<Value>,
}

/// A packed line is either of the two.
#[derive(Deserialize)]
struct Keys {
    function: Option<String>,
}

pub(crate) fn models(directory: &Path) -> Result<Option<Models>, LoadError> {
    let packed = directory.join("models.jsonl");
    let folder = directory.join("models");
    if packed.is_file() {
        packed_models(&packed).map(Some)
    } else if folder.is_dir() {
        unpacked_models(&folder).map(Some)
    } else {
        Ok(None)
    }
}

/// The vectors of a folder whose files all have the same form. A packed file has one line a file.
pub(crate) fn vectors(directory: &Path, name: &str) -> Result<Option<Vec<Value>>, LoadError> {
    let packed = directory.join(name).with_extension("jsonl");
    let folder = directory.join(name);
    if packed.is_file() {
        let text = read(&packed)?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| parse(&packed, line)).collect::<Result<_, _>>().map(Some)
    } else if folder.is_dir() {
        files(&folder)?.iter().map(|path| parse(path, &read(path)?)).collect::<Result<_, _>>().map(Some)
    } else {
        Ok(None)
    }
}

fn packed_models(path: &Path) -> Result<Models, LoadError> {
    let mut models = Models::default();
    for line in read(path)?.lines().filter(|line| !line.trim().is_empty()) {
        if parse::<Keys>(path, line)?.function.is_some() {
            models.tables.push(parse(path, line)?);
        } else {
            models.samples.push(parse(path, line)?);
        }
    }
    Ok(models)
}

fn unpacked_models(folder: &Path) -> Result<Models, LoadError> {
    let mut models = Models::default();
    let expected = folder.join("EXPECTED.json");
    let expected: BTreeMap<String, Value> = parse(&expected, &read(&expected)?)?;
    for (file, expected) in expected {
        let path = folder.join(&file);
        let json = parse(&path, &read(&path)?)?;
        models.samples.push(Sample { name: file.trim_end_matches(".json").to_owned(), json, expected });
    }
    let tables = folder.join("vectors");
    if tables.is_dir() {
        for path in files(&tables)? {
            models.tables.push(parse(&path, &read(&path)?)?);
        }
    }
    Ok(models)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let io = |error| LoadError::Io(folder.to_owned(), error);
    let entries = fs::read_dir(folder).map_err(io)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>().map_err(io)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|error| LoadError::Io(path.to_owned(), error))
}

fn parse<'t, T: Deserialize<'t>>(path: &Path, text: &'t str) -> Result<T, LoadError> {
    serde_json::from_str(text).map_err(|error| LoadError::Json(path.to_owned(), error))
}
