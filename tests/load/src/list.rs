//! A measurement that reads all pages of a long list.

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID,
};
use generated_client::{Client, Credentials};

use crate::{
    calls,
    own::{self, Memory},
    server::{self, Server},
    table::Figure,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The number of jobs in the list
    #[arg(long, default_value_t = 1_000_000)]
    jobs: u32,
    /// The number of jobs on each page
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    items_per_page: u32,
    /// The memory limit of the client, in MiB
    #[arg(long, default_value_t = 100)]
    memory: u64,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<Vec<Figure>> {
    let Options { jobs, items_per_page, memory: most_memory } = *options;
    let server = Server::start(server::Options { jobs, faults: 0, token_lifetime: 3600 }).await?;
    let account = Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    let client = Client::builder(account).base_url(&server.url).build()?;
    let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
    let mut stream = list.items_per_page(items_per_page).stream();
    let (mut seen, mut doubled) = (Seen::new(jobs), 0_u32);
    while let Some(job) = stream.next().await.transpose()? {
        let id = job.id.map(|id| id.to_string()).unwrap_or_default();
        doubled += u32::from(!seen.mark(&id));
    }
    drop(stream);
    drop(client);
    let memory = own::peak_memory()?;
    let report = server.stop().await?;
    let pages = usize::try_from(jobs.div_ceil(items_per_page))?;
    Ok(vec![
        Figure::exactly("unique jobs", seen.count(), jobs),
        Figure::exactly("repeated or unknown jobs", doubled, 0),
        Figure::at_most("requests", report.requests, pages + 2),
        Figure::exactly("token requests", report.token_requests, 1),
        calls::connections(&report, 1, 0),
        Figure::at_most("peak memory of the client", memory, Memory::mebibytes(most_memory)),
    ])
}

/// A flag for each job of the list. The flag is set once the job has been seen. The local Atlas numbers jobs in the
/// last 16 hexadecimal digits of their ids.
struct Seen(Vec<bool>);

impl Seen {
    fn new(count: u32) -> Self {
        Self(vec![false; usize::try_from(count).unwrap_or(usize::MAX)])
    }

    /// Marks a job as seen. Returns whether the job is in the list and was not seen before.
    fn mark(&mut self, id: &str) -> bool {
        let index = id.get(8..).and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let seen = index.and_then(|index| self.0.get_mut(index));
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|seen| u32::from(*seen)).sum()
    }
}
