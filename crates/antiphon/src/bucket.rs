//! How commands are told of an object store that speaks S3's protocol.

use anyhow::{Result, bail};
use channel::Secret;
use clap::Args;
use runtime::BucketSettings;

/// An object store for media, in place of a folder.
#[derive(Args, Clone, Debug, Default)]
pub struct BucketArgs {
    /// A bucket for media, in place of a folder: `<bucket>` or `<bucket>/<prefix>`. Every node must have the same.
    #[arg(long, env = "ANTIPHON_BUCKET", conflicts_with = "media")]
    pub bucket: Option<String>,
    /// The server of the bucket: `https://s3.eu-central-1.amazonaws.com`, or any other that speaks S3.
    #[arg(long, env = "ANTIPHON_BUCKET_ENDPOINT", requires = "bucket")]
    pub bucket_endpoint: Option<String>,
    #[arg(long, default_value = "us-east-1", env = "ANTIPHON_BUCKET_REGION")]
    pub bucket_region: String,
    #[arg(long, env = "ANTIPHON_BUCKET_KEY", requires = "bucket")]
    pub bucket_key: Option<String>,
    /// Better given by the environment than on the command line.
    #[arg(long, env = "ANTIPHON_BUCKET_SECRET", hide_env_values = true, requires = "bucket")]
    pub bucket_secret: Option<String>,
}

impl BucketArgs {
    /// The bucket, if one is meant.
    pub fn settings(&self) -> Result<Option<BucketSettings>> {
        let Some(named) = &self.bucket else { return Ok(None) };
        let (bucket, prefix) = named.split_once('/').unwrap_or((named, ""));
        let (Some(endpoint), Some(access_key), Some(secret)) = (&self.bucket_endpoint, &self.bucket_key, &self.bucket_secret) else {
            bail!("a bucket needs --bucket-endpoint, --bucket-key and --bucket-secret");
        };
        if bucket.is_empty() || !(endpoint.starts_with("https://") || endpoint.starts_with("http://")) {
            bail!("write --bucket <name> or <name>/<prefix>, and --bucket-endpoint with https://");
        }
        Ok(Some(BucketSettings {
            endpoint: endpoint.clone(),
            region: self.bucket_region.clone(),
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            access_key: access_key.clone(),
            secret_key: Secret::new(secret),
        }))
    }
}
