use serde::Deserialize;

#[derive(Deserialize)]
struct Page {
    results: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    #[allow(dead_code, reason = "the program decodes the id, as a real caller would, but prints only a number")]
    id: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("TOKEN")?;
    let url = std::env::var("URL")?;
    let client = reqwest::Client::new();
    let jobs = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/exports";
    let request = client
        .get(format!("{url}{jobs}"))
        .bearer_auth(token)
        .header("accept", "application/vnd.atlas.2023-01-01+json");
    let body = request.send().await?.error_for_status()?.bytes().await?;
    let page: Page = serde_json::from_slice(&body)?;
    println!("{} jobs", page.results.len());
    Ok(())
}
