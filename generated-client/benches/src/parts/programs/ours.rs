use generated_client::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("TOKEN")?;
    let url = std::env::var("URL")?;
    let client = Client::builder(Credentials::access_token(token)).base_url(&url).build()?;
    let jobs = client.list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "Cluster0");
    let page = jobs.send().await?;
    println!("{} jobs", page.results.len());
    Ok(())
}
